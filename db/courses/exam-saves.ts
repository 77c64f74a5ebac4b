import type { Knex } from 'knex';
import type { OpenSaves } from '../../contracts/courses/messages';
import { queryRow, queryRows, writeRows } from '../core/query';

/** A save of an exam at its provider. */
export interface ExamSave {
  examId: number;
  courseId: string;
  provider: string;
  /** False when the provider has nothing to do with the exam any more. */
  isActive: boolean;
  /** The publish that wants it; a newer one replaces it. */
  commandId: string;
}

/** A save still to be done; a newer publish replaces what an older one left over. */
export async function enqueueExamSave(trx: Knex, save: ExamSave): Promise<void> {
  await writeRows(
    trx,
    `insert into exam_saves as s (exam_id, course_id, provider, is_active, command_id, state)
     values (:examId, :courseId, :provider, :isActive, :commandId, 'due')
     on conflict (exam_id) do update set provider = excluded.provider, is_active = excluded.is_active,
       command_id = excluded.command_id, state = 'due', tries = 0, last_error = null, due_at = clock_timestamp()`,
    save,
  );
}

export type SaveLease =
  | { state: 'claimed'; save: ExamSave }
  | { state: 'busy'; retryInMs: number }
  /** Done or given up, or replaced by a newer publish. */
  | { state: 'over' };

interface SaveLeaseRow extends ExamSave {
  claimed: boolean;
  leftMs: number;
}

/**
 * Takes a save for `leaseMs`. The lease belongs to the exam, not to the publish: while an older save is on its way, a
 * newer one waits, so that the provider ends with the newest state.
 */
export async function leaseSave(
  knex: Knex,
  lease: { examId: number; commandId: string; leaseMs: number },
): Promise<SaveLease> {
  const row = await queryRow<SaveLeaseRow>(knex, LEASE, lease);
  if (!row) return { state: 'over' };
  const { claimed, leftMs, ...save } = row;
  return claimed ? { state: 'claimed', save } : { state: 'busy', retryInMs: Math.max(50, Math.ceil(leftMs)) };
}

const LEASE = `
  with wanted as (
    select *, coalesce(lease_until <= clock_timestamp(), true) as free from exam_saves
    where exam_id = :examId and command_id = :commandId and state = 'due' for update
  ), taken as (
    update exam_saves s set tries = s.tries + 1,
      lease_until = clock_timestamp() + make_interval(secs => cast(:leaseMs as float8) / 1000)
    from wanted w where s.exam_id = w.exam_id and w.free
  )
  select exam_id as "examId", course_id as "courseId", provider, is_active as "isActive", command_id as "commandId",
    free as claimed, coalesce(extract(epoch from lease_until - clock_timestamp()) * 1000, 0)::float8 as "leftMs"
  from wanted`;

export interface SaveOutcome {
  examId: number;
  commandId: string;
  state: 'done' | 'failed' | 'skipped' | 'due';
  error?: string;
  /** When it stays due: the relay leaves it alone for so long. */
  retryInMs?: number;
}

/** What came of a save is told once: giving up does not replace the reason it failed for. */
const IS_OPEN = `command_id = :commandId and state = 'due'`;

/** Returns the lease and, unless a newer publish has replaced the save meanwhile or it is over, stores its outcome. */
export async function finishSave(knex: Knex, outcome: SaveOutcome): Promise<void> {
  await writeRows(
    knex,
    `update exam_saves set lease_until = null,
       state = case when ${IS_OPEN} then :state else state end,
       last_error = case when ${IS_OPEN} then :error else last_error end,
       due_at = case when ${IS_OPEN}
         then clock_timestamp() + make_interval(secs => cast(:retryInMs as float8) / 1000) else due_at end
     where exam_id = :examId`,
    { error: null, retryInMs: 0, ...outcome },
  );
}

/** So many failed saves are told with their reason. */
const MAX_REASONS = 10;

/** A course's saves that are due or failed. */
export async function openSaves(knex: Knex, courseId: string): Promise<OpenSaves> {
  type Row = { examId: number; commandId: string; provider: string; state: string; lastError: string | null };
  const rows = await queryRows<Row>(
    knex,
    `select exam_id as "examId", command_id as "commandId", provider, state, last_error as "lastError" from exam_saves
     where course_id = :courseId and state in ('due', 'failed') order by exam_id`,
    { courseId },
  );
  const due = rows.filter(({ state }) => state === 'due').map(({ examId, commandId }) => ({ examId, commandId }));
  const reasons = rows
    .filter(({ state }) => state === 'failed')
    .slice(0, MAX_REASONS)
    .map(({ examId, provider, lastError }) => `exam ${examId} at ${provider}: ${lastError ?? 'no reason is known'}`);
  return { due, failed: rows.length - due.length, ...(reasons.length > 0 ? { reasons } : {}) };
}

/** Courses with saves untouched for the grace time, the oldest first, without those that rest: their workflow should be woken. */
export async function coursesToWake(
  knex: Knex,
  limits: { graceMs: number; limit: number; resting?: readonly string[] },
): Promise<string[]> {
  const rows = await queryRows<{ courseId: string }>(
    knex,
    `select course_id as "courseId" from exam_saves
     where state = 'due' and due_at <= clock_timestamp() - make_interval(secs => cast(:graceMs as float8) / 1000)
       and (lease_until is null or lease_until <= clock_timestamp()) and course_id <> all(cast(:resting as text[]))
     group by course_id order by min(due_at) limit :limit`,
    { ...limits, resting: [...(limits.resting ?? [])] },
  );
  return rows.map(({ courseId }) => courseId);
}
