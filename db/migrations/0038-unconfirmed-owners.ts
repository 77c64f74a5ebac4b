import type { Knex } from 'knex';

/**
 * The relay looks for rows that need an owner. The last version of a finished attempt is never confirmed, and nobody waits
 * for it: with those in the index, every look would read all attempts that ever ended.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index attempts_unconfirmed_idx;
    create index attempts_unconfirmed_idx on attempts (touched_at) where confirmed_version < version
      and ((started_at is not null and status in ('created', 'download_software_clicked', 'ready_to_start', 'started',
            'ready_to_submit', 'eligible'))
        or (review_due_at is not null and status in ('submitted', 'second_review_required')))`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index attempts_unconfirmed_idx;
    create index attempts_unconfirmed_idx on attempts (touched_at) where confirmed_version < version`);
}
