import type { Knex } from 'knex';
import type { AttemptKey, AttemptView, CourseClock } from '../../contracts/attempts/messages';
import { queryRows, writeRows } from '../core/query';
import { stateOf } from '../effects/effects';
import { wallDeadline } from './deadlines';

/** Limits of a look, and whom it passes over: owners that rest since they were woken, or could not be. */
export interface LookLimits {
  graceMs: number;
  limit: number;
  resting?: readonly AttemptKey[];
}

/**
 * The owners of effects nobody leases, the one that has waited longest first. An effect behind another on its target waits for that
 * one, whose owner sees to it.
 */
export function ownersOfEffects(knex: Knex, limits: LookLimits): Promise<AttemptKey[]> {
  return queryRows(knex, EFFECTS, valuesOf(limits));
}

/**
 * Rows that need an owner and whose newest version no workflow has confirmed. Measured by the wall clock of the last write, so a test
 * clock does not matter.
 */
export function unconfirmedAttempts(knex: Knex, limits: LookLimits): Promise<(AttemptKey & { version: number })[]> {
  return queryRows(knex, VERSIONS, valuesOf(limits));
}

/**
 * Incomplete attempts whose deadline has passed by more than the grace time, whatever was confirmed: the oldest first. Nothing is
 * read of the others.
 */
export function overdueAttempts(knex: Knex, limits: LookLimits): Promise<AttemptKey[]> {
  return queryRows(knex, OVERDUE, valuesOf(limits));
}

/** The same for reviews that should have come and are not marked yet. */
export function overdueReviews(knex: Knex, limits: LookLimits): Promise<AttemptKey[]> {
  return queryRows(knex, OVERDUE_REVIEWS, valuesOf(limits));
}

function valuesOf({ graceMs, limit, resting = [] }: LookLimits): object {
  const rows = resting.map(({ examId, userId, attemptNumber }) => ({ examId, userId, attemptNumber }));
  return { graceMs, limit, resting: JSON.stringify(rows) };
}

/** Rows that need an owner whose newest version no workflow has confirmed: exactly the condition of attempts_unconfirmed_idx. */
export const UNCONFIRMED = `confirmed_version < version
  and ((started_at is not null and status in ('created', 'download_software_clicked', 'ready_to_start', 'started',
        'ready_to_submit', 'eligible'))
    or (review_due_at is not null and status in ('submitted', 'second_review_required')))`;

const LONG_AGO = `with long_ago as (
    select clock_timestamp() - make_interval(secs => cast(:graceMs as float8) / 1000) as at)`;
const KEY = 'a.exam_id as "examId", a.user_id as "userId", a.number as "attemptNumber"';

const isAwake = (exam: string, user: string, number: string): string => `not exists (
    select 1 from jsonb_to_recordset(cast(:resting as jsonb)) as r("examId" int, "userId" text, "attemptNumber" int)
    where r."examId" = ${exam} and r."userId" = ${user} and r."attemptNumber" = ${number})`;
const ATTEMPT_AWAKE = isAwake('a.exam_id', 'a.user_id', 'a.number');

const EFFECTS = `
  ${LONG_AGO}
  select owner_exam_id as "examId", owner_user_id as "userId", owner_attempt_number as "attemptNumber" from (
    select owner_exam_id, owner_user_id, owner_attempt_number, touched_at from effects e
    where state in ('due', 'in_flight') and touched_at <= (select at from long_ago)
      and (lease_until is null or lease_until <= case when state = 'due' then (select at from long_ago) else clock_timestamp() end)
      and not exists (select 1 from effects b
        where b.target = e.target and b.id < e.id and ${stateOf('b')} in ('due', 'in_flight'))
      and ${isAwake('e.owner_exam_id', 'e.owner_user_id', 'e.owner_attempt_number')}
    order by touched_at limit :limit
  ) waiting group by 1, 2, 3 order by min(touched_at)`;

const VERSIONS = `
  ${LONG_AGO}
  select ${KEY}, a.version from attempts a
  where touched_at <= (select at from long_ago) and ${UNCONFIRMED} and ${ATTEMPT_AWAKE}
  order by touched_at limit :limit`;

const OVERDUE = `
  ${LONG_AGO}
  select ${KEY} from attempts a
  where deadline_at <= (select at from long_ago) and ${ATTEMPT_AWAKE}
  order by deadline_at limit :limit`;

/** Under a test clock that is behind, a review is not late yet. */
const OVERDUE_REVIEWS = `
  ${LONG_AGO}
  select ${KEY} from attempts a
  where review_due_at <= (select at from long_ago) and not ('review-overdue' = any (attention_reasons)) and ${ATTEMPT_AWAKE}
    and exists (select 1 from courses c where c.course_id = a.course_id
      and review_due_at <= coalesce(c.clock_frozen_at, clock_timestamp() + make_interval(secs => c.clock_offset_ms / 1000.0)))
  order by review_due_at limit :limit`;

/** The workflow has seen this version; an older confirmation never takes back a newer one. */
export async function confirmVersion(knex: Knex, key: AttemptKey, version: number): Promise<void> {
  await writeRows(
    knex,
    `update attempts set confirmed_version = :version
     where exam_id = :examId and user_id = :userId and number = :attemptNumber and confirmed_version < :version`,
    { ...key, version },
  );
}

/**
 * The workflow has read the row: this version is confirmed, it is not stuck, and the deadline it will keep is the stored one.
 * Mostly all that is so already, and nothing is written.
 */
export async function confirmRead(knex: Knex, view: AttemptView, clock: CourseClock, nowMs: number): Promise<void> {
  const { attemptId, version, deadline } = view;
  const deadlineAt = wallDeadline(deadline === null ? null : new Date(deadline), clock, nowMs);
  await writeRows(knex, CONFIRM_READ, { attemptId, version, deadlineAt });
}

const CONFIRM_READ = `
  update attempts set confirmed_version = greatest(confirmed_version, :version),
    attention_reasons = array_remove(attention_reasons, 'stuck'),
    deadline_at = case when version = :version then cast(:deadlineAt as timestamptz) else deadline_at end
  where id = :attemptId and (confirmed_version < :version or 'stuck' = any (attention_reasons)
    or (version = :version and deadline_at is distinct from cast(:deadlineAt as timestamptz)))`;
