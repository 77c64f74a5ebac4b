import type { Knex } from 'knex';
import { anExam } from './attempt-builders';
import { aChannel } from './export-builders';
import { aPeriod } from './saved-list';

/**
 * Fills the tables with what a service has after years: nearly everything has ended, one row in `waitsOneIn` waits. Reviews of
 * attempts without a vendor are never awaited, and stay `submitted` for ever.
 */
export async function fillTables(db: Knex, { rows, waitsOneIn }: { rows: number; waitsOneIn: number }): Promise<void> {
  const [exam, channel] = [await anExam(db), await aChannel(db)];
  const values = { rows, waitsOneIn, examId: exam.id, customerId: channel.customerId, configurationId: channel.id };
  await aPeriod(db, 'spring');
  for (const fill of [ATTEMPTS, EFFECTS, INBOX, RUNS, TRANSMISSIONS, DRAFTS]) await db.raw(fill, values);
  await db.raw('vacuum analyze');
}

/**
 * Attempts alone, as many as a large service has: one in `waitsOneIn` runs or awaits a review, all in time or known to be late, but
 * for so many of each kind.
 */
export async function fillAttempts(
  db: Knex,
  { rows, waitsOneIn, overdue }: { rows: number; waitsOneIn: number; overdue: number },
): Promise<void> {
  const { id: examId } = await anExam(db);
  for (let from = 1; from <= rows; from += PER_STATEMENT) {
    await db.raw(ATTEMPTS_IN_TIME, { from, to: Math.min(rows, from + PER_STATEMENT - 1), waitsOneIn, examId });
  }
  await db.raw(SOME_OVERDUE, { overdue });
  await db.raw('vacuum analyze attempts');
}

/** Statements have a time limit. */
const PER_STATEMENT = 100_000;

const NUMBERS = `generate_series(1, cast(:rows as integer)) n`;
const WAITS = 'n % :waitsOneIn = 0';
const EVEN = '(n / :waitsOneIn % 2 = 0)';

const ATTEMPTS = `
  insert into attempts (id, exam_id, code, number, course_id, user_id, student_name, status, taking_as_proctored,
    is_sample_attempt, is_resumable, ready_to_resume, resumed, is_current, review_due_at, version, created_at, modified_at)
  select gen_random_uuid(), :examId, 'code-' || n, 1, 'c', 'u-' || n, 'Ann',
    case when ${WAITS} then (array['created', 'started', 'submitted', 'second_review_required'])[1 + n / :waitsOneIn % 4]
      when n % 3 = 0 then 'submitted' else 'verified' end,
    ${WAITS}, false, false, false, false, true,
    case when ${WAITS} then clock_timestamp() + make_interval(hours => n % 7 - 3) end, 1,
    clock_timestamp(), clock_timestamp()
  from ${NUMBERS}`;

const ATTEMPTS_IN_TIME = `
  insert into attempts (id, exam_id, code, number, course_id, user_id, student_name, status, taking_as_proctored,
    is_sample_attempt, is_resumable, ready_to_resume, resumed, is_current, started_at, deadline_at, review_due_at,
    attention_reasons, version, confirmed_version, created_at, modified_at)
  select gen_random_uuid(), :examId, 'code-' || n, 1, (select course_id from exams where id = :examId), 'u-' || n, 'Ann',
    case when not (${WAITS}) then 'verified' when ${EVEN} then 'started' else 'submitted' end, true, false, false, false,
    false, true, clock_timestamp(), case when ${WAITS} and ${EVEN} then clock_timestamp() + make_interval(mins => 60) end,
    case when ${WAITS} and not ${EVEN} then clock_timestamp() + make_interval(hours => n % 7 - 3) end,
    case when ${WAITS} and not ${EVEN} and n % 7 < 4 then array['review-overdue'] else '{}' end, 1, 1,
    clock_timestamp(), clock_timestamp()
  from generate_series(cast(:from as integer), cast(:to as integer)) n`;

const SOME_OVERDUE = `
  with running as (select id from attempts where status = 'started' limit :overdue),
    awaited as (select id from attempts where status = 'submitted' limit :overdue),
    over as (update attempts set deadline_at = clock_timestamp() - make_interval(hours => 1) where id in (select id from running))
  update attempts set review_due_at = clock_timestamp() - make_interval(hours => 1), attention_reasons = '{}'
  where id in (select id from awaited)`;

const EFFECTS = `
  insert into effects (key, attempt_id, version, name, target, owner_exam_id, owner_user_id, owner_attempt_number, exam_id,
    user_id, course_id, content_id, action, state, created_at)
  select 'key-' || n, gen_random_uuid(), 1, 'credit.set', 'credit|' || n, :examId, 'u-' || n, 1, :examId, 'u-' || n, 'c',
    'b', '{}', case when ${WAITS} then case when n % 2 = 0 then 'due' else 'failed' end else 'done' end, clock_timestamp()
  from ${NUMBERS}`;

const DRAFTS = `
  insert into qualification_drafts (draft_id, period_id, state, version, created_by, created_at, changed_by, changed_at)
  select 'draft-' || n, 'spring', case when ${WAITS}
      then (array['choosing', 'computing', 'ready', 'failed'])[1 + n / :waitsOneIn % 4] else 'saved' end, 1,
    'office', clock_timestamp(), 'office', clock_timestamp()
  from ${NUMBERS}`;

const INBOX = `
  insert into review_inbox (provider, attempt_code, body, body_hash, state, received_at, kind, channel, trusted, exam_id,
    user_id, attempt_number)
  select 'psi', 'code-' || n, '{}', 'h', case when ${WAITS} then 'received' else 'applied' end, clock_timestamp(), 'review',
    'software_secure', false, :examId, 'u-' || n, 1
  from ${NUMBERS}`;

const RUNS = `
  insert into export_runs (customer_id, configuration_id, level, trigger, status, phase, as_of, dry_run, skip_transmitted,
    single_enrollment_id, request, workflow_id, created_at, modified_at)
  select :customerId, :configurationId, 'completion', 'event', case when ${WAITS} then 'running' else 'completed' end, 'p',
    clock_timestamp(), false, true, n, '{}', 'w', clock_timestamp(), clock_timestamp()
  from ${NUMBERS}`;

const TRANSMISSIONS = `
  insert into transmissions (customer_id, configuration_id, enrollment_id, user_id, kind, course_id, content_hash, state,
    is_current, is_transmitted, claimed_at)
  select :customerId, :configurationId, n, 'u-' || n, 'completion', 'c', 'h', case when ${WAITS} then 'held' else 'sent' end,
    true, not (${WAITS}), clock_timestamp()
  from ${NUMBERS}`;
