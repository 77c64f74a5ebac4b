import type { Knex } from 'knex';
import { COURSE } from './plan';

/**
 * Handed-in attempts with an id at the vendor, straight into the tables: the bench measures what comes after, and making them
 * over HTTP would take longer than the bench. Rows of a workflow that sleeps, as far as the relay can tell.
 */
export async function seedAttempts(knex: Knex, examId: number, round: number, count: number): Promise<void> {
  const seedParams = { round, count, examId, courseId: COURSE };
  await knex.raw(LEARNERS, seedParams);
  await knex.raw(ATTEMPTS, seedParams);
}

const LEARNERS = `
  insert into learners (user_id, username, email, full_name)
  select id, id, id || '@example.org', 'Bench Learner'
  from generate_series(0, cast(:count as int) - 1) i, lateral (select 'bench-' || :round || '-' || i as id) named`;

const ATTEMPTS = `
  insert into attempts (id, exam_id, code, number, course_id, user_id, student_name, status, taking_as_proctored,
    is_sample_attempt, external_id, allowed_time_limit_mins, started_at, completed_at, is_resumable, ready_to_resume, resumed,
    is_current, version, confirmed_version, created_at, modified_at)
  select gen_random_uuid(), :examId, code, 1, :courseId, 'bench-' || :round || '-' || i, 'Bench Learner', 'submitted', true,
    false, 'ext-' || code, 90, now() - interval '1 hour', now(), false, false, false, true, 3, 3,
    now() - interval '2 hours', now()
  from generate_series(0, cast(:count as int) - 1) i, lateral (select 'BENCH-' || :round || '-' || i as code) named`;

/** The table of the variant that only inserts; it ends with the throw-away database. */
export async function createInsertTable(knex: Knex): Promise<void> {
  await knex.raw(`create table bench_callbacks (id bigint generated always as identity primary key,
    attempt_code text not null, body jsonb not null, received_at timestamptz not null)`);
}
