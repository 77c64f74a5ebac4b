import type { Knex } from 'knex';

/** Export runs and the one outcome of each enrollment they selected. At most one bulk run of a kind goes on at a time. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table export_runs (
      id bigint generated always as identity primary key,
      customer_id text not null references customers (id),
      configuration_id bigint not null references channel_configurations (id),
      level text not null check (level in ('completion', 'assessment')),
      trigger text not null check (trigger in ('request', 'schedule', 'event')),
      status text not null check (status in
        ('queued', 'running', 'paused', 'completed', 'completed-with-errors', 'failed', 'cancelled', 'skipped')),
      phase text not null,
      reason text,
      as_of timestamptz not null,
      dry_run boolean not null,
      skip_transmitted boolean not null,
      single_enrollment_id bigint,
      request jsonb not null,
      cursor jsonb,
      selected bigint,
      not_selected bigint,
      totals jsonb not null default '{}',
      workflow_id text not null,
      command_id text,
      requested_by text,
      created_at timestamptz not null,
      started_at timestamptz,
      finished_at timestamptz,
      modified_at timestamptz not null
    );
    create unique index export_runs_one_bulk_idx on export_runs (configuration_id, level, dry_run)
      where single_enrollment_id is null and status in ('queued', 'running', 'paused');
    create unique index export_runs_command_idx on export_runs (command_id) where command_id is not null;
    create index export_runs_customer_idx on export_runs (customer_id, id desc);
    create table export_records (
      run_id bigint not null references export_runs (id) on delete cascade,
      sequence bigint not null,
      enrollment_id bigint not null,
      user_id text not null,
      course_run_id text not null,
      outcome text not null check (outcome in ('sent', 'unchanged', 'skipped', 'failed', 'quarantined')),
      reason text,
      retryable boolean,
      detail jsonb,
      primary key (run_id, sequence),
      unique (run_id, enrollment_id),
      check ((outcome in ('skipped', 'failed', 'quarantined')) = (reason is not null)),
      check ((outcome = 'failed') = (retryable is not null))
    );
    create index export_records_outcome_idx on export_records (run_id, outcome, sequence);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table export_records, export_runs');
}
