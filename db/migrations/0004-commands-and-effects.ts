import type { Knex } from 'knex';

/** Commands once accepted or asked about, and what they make happen outside. No foreign keys: they outlive attempts. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table commands (
      command_id text primary key,
      type text not null,
      exam_id integer not null,
      user_id text not null,
      attempt_number integer not null,
      attempt_id uuid,
      state text not null check (state in ('asking', 'applied')),
      question jsonb,
      new_attempt jsonb,
      answers jsonb not null default '{}',
      result jsonb,
      at timestamptz not null
    );
    create index commands_owner_idx on commands (exam_id, user_id, attempt_number);
    create table effects (
      id bigint generated always as identity primary key,
      key text not null unique,
      attempt_id uuid not null,
      version integer not null,
      name text not null,
      target text not null,
      replace_group text check (replace_group in ('credit', 'grades')),
      owner_exam_id integer not null,
      owner_user_id text not null,
      owner_attempt_number integer not null,
      exam_id integer not null,
      user_id text not null,
      course_id text not null,
      content_id text not null,
      action jsonb not null,
      state text not null check (state in ('due', 'in_flight', 'done', 'failed', 'skipped', 'superseded')),
      detail text,
      tries integer not null default 0,
      last_error text,
      lease_until timestamptz,
      created_at timestamptz not null,
      touched_at timestamptz not null default clock_timestamp(),
      done_at timestamptz
    );
    create index effects_attempt_idx on effects (attempt_id, id);
    create index effects_pending_idx on effects (attempt_id) where state in ('due', 'in_flight', 'failed');
    create index effects_owner_idx on effects (owner_exam_id, owner_user_id, owner_attempt_number, id)
      where state in ('due', 'in_flight');
    create index effects_target_idx on effects (target, id) where state in ('due', 'in_flight', 'failed');
    create index effects_replace_idx on effects (target, replace_group, id) where replace_group is not null;
    create index effects_touched_idx on effects (touched_at) where state in ('due', 'in_flight');
    create index effects_failed_idx on effects (id) where state = 'failed';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table effects, commands');
}
