import type { Knex } from 'knex';

/**
 * Metrics count what waits: attempts for their review, oldest due first, and export runs that have not ended. Both tables
 * keep everything that ever ended, so each count has an index that holds nothing else.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index attempts_review_due_idx on attempts (review_due_at)
      where status = 'second_review_required'
        or (status = 'submitted' and taking_as_proctored and not is_sample_attempt);
    create index export_runs_open_idx on export_runs (id) where status in ('queued', 'running', 'paused');
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index attempts_review_due_idx; drop index export_runs_open_idx');
}
