import type { Knex } from 'knex';

/**
 * The ledger: one row per try to tell a channel something. A row is current while it is under way, held, or the last the
 * channel accepted; only one current row of the same content can exist, whoever inserts it. An older content may be told
 * again (passed, failed, passed), because a newer acceptance ends the older row's turn. Rows imported from another system
 * keep its id.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table transmissions (
      id bigint generated always as identity primary key,
      customer_id text not null references customers (id),
      configuration_id bigint not null references channel_configurations (id),
      enrollment_id bigint not null,
      user_id text not null,
      kind text not null check (kind in ('completion', 'assessment')),
      course_id text not null,
      subsection_id text not null default '',
      content_hash text not null,
      state text not null check (state in ('sending', 'held', 'sent', 'failed', 'quarantined')),
      is_current boolean not null,
      grade text,
      percent numeric,
      course_completed boolean,
      completed_at timestamptz,
      is_transmitted boolean not null default false,
      error_message text not null default '',
      status_code integer,
      response jsonb,
      payload jsonb,
      run_id bigint references export_runs (id),
      imported_id bigint,
      claimed_at timestamptz not null,
      settled_at timestamptz,
      check (is_transmitted = (state = 'sent')),
      check (is_current or state not in ('sending', 'held'))
    );
    create unique index transmissions_claim_idx on transmissions
      (configuration_id, enrollment_id, kind, course_id, subsection_id, content_hash) where is_current;
    create unique index transmissions_imported_idx on transmissions (configuration_id, imported_id)
      where imported_id is not null;
    create index transmissions_enrollment_idx on transmissions (configuration_id, enrollment_id, id desc);
    create index transmissions_customer_idx on transmissions (customer_id, id desc);
    create index transmissions_user_idx on transmissions (customer_id, user_id, id desc);
    create index transmissions_sending_idx on transmissions (run_id, id) where state in ('sending', 'held');
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table transmissions');
}
