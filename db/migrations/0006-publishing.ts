import type { Knex } from 'knex';

/** Publishes that were done, by command, and what a proctoring provider has still to be told of an exam. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table course_publishes (
      command_id text primary key,
      course_id text not null,
      result jsonb not null,
      at timestamptz not null
    );
    create index course_publishes_course_id_idx on course_publishes (course_id, at desc);
    create table exam_saves (
      exam_id integer primary key references exams (id) on delete cascade,
      course_id text not null,
      provider text not null,
      is_active boolean not null,
      command_id text not null,
      state text not null check (state in ('due', 'done', 'failed', 'skipped')),
      tries integer not null default 0,
      last_error text,
      lease_until timestamptz,
      due_at timestamptz not null default clock_timestamp()
    );
    create index exam_saves_due_idx on exam_saves (due_at) where state = 'due';
    create index exam_saves_course_idx on exam_saves (course_id) where state in ('due', 'failed');
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table exam_saves, course_publishes');
}
