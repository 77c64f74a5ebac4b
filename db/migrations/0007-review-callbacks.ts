import type { Knex } from 'knex';

/**
 * Callbacks of vendors know their attempt's owner, so that the relay can deliver them, and an attempt has one review at a
 * time. The inbox was never written before this migration, so new columns need no defaults.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table review_inbox
      add column kind text not null check (kind in ('review', 'ready')),
      add column channel text not null check (channel in ('software_secure', 'rest')),
      add column external_id text,
      add column trusted boolean not null,
      add column exam_id integer not null,
      add column user_id text not null,
      add column attempt_number integer not null,
      add column signalled_at timestamptz;
    alter table reviews add column channel text not null check (channel in ('software_secure', 'rest'));
    drop index reviews_attempt_code_idx;
    create unique index reviews_one_per_code_idx on reviews (attempt_code);
    drop index review_inbox_received_idx;
    create index review_inbox_received_idx on review_inbox (id) where state = 'received';
    create index learners_email_idx on learners (lower(email));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index learners_email_idx;
    drop index review_inbox_received_idx;
    create index review_inbox_received_idx on review_inbox (inserted_at) where state = 'received';
    drop index reviews_one_per_code_idx;
    create index reviews_attempt_code_idx on reviews (attempt_code, id desc);
    alter table reviews drop column channel;
    alter table review_inbox drop column kind, drop column channel, drop column external_id, drop column trusted,
      drop column exam_id, drop column user_id, drop column attempt_number, drop column signalled_at;
  `);
}
