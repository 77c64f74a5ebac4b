import type { Knex } from 'knex';

/**
 * A run may end because its channel stopped taking anything, and may need a person. What the courses service said is kept
 * with the run, misses too, so that a page that is tried again asks nothing twice.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table export_runs add column attention text;
    alter table export_runs drop constraint export_runs_status_check;
    alter table export_runs add constraint export_runs_status_check check (status in ('queued', 'running', 'paused',
      'completed', 'completed-with-errors', 'channel-stopped', 'failed', 'cancelled', 'skipped'));
    create table export_run_courses (
      run_id bigint not null references export_runs (id) on delete cascade,
      course_run_id text not null,
      answer jsonb,
      primary key (run_id, course_run_id)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table export_run_courses;
    update export_runs set status = 'failed' where status = 'channel-stopped';
    alter table export_runs drop constraint export_runs_status_check;
    alter table export_runs add constraint export_runs_status_check check (status in ('queued', 'running', 'paused',
      'completed', 'completed-with-errors', 'failed', 'cancelled', 'skipped'));
    alter table export_runs drop column attention;
  `);
}
