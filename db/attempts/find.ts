import type { Knex } from 'knex';
import type { AttentionReason } from '../../contracts/attempts/attention';
import type { AttemptKey, AttemptRef, AttemptView, CourseClock } from '../../contracts/attempts/messages';
import type { InJson } from '../../contracts/in-json';
import type { Attempt } from '../../domain/attempts/model';
import { queryRows } from '../core/query';
import { attemptFromJson, attemptJson, attemptProviderSql, dateOf } from './json';
import { DUE_DATE, EXTRA_TIME_MINS } from './time-terms';
import { attemptView, courseTime } from './view';

/** An attempt with its view and its address. */
export interface LocatedAttempt {
  ref: AttemptRef;
  /** The one it belongs to, as its row says. */
  provider: string | null;
  /** Its exam is, now. */
  isProctored: boolean;
  view: AttemptView;
  clock: CourseClock;
}

/** A row of one of the selects below. */
export interface AttemptJsonRow {
  attempt: InJson<Attempt>;
  contentId: string;
  courseId: string;
  timeLimitMins: number;
  dueDate: Date | null;
  extraTimeMins: number;
  provider: string | null;
  isProctored: boolean;
  offsetMs: string;
  frozenAt: string | null;
  pendingEffects: number;
  needsAttention: AttentionReason[];
  archived: 'status-changed' | 'removed' | null;
}

/** Looks among the live attempts, then for the newest archived row of that code. `now` is the wall clock. */
export function findByCode(knex: Knex, code: string, now: Date): Promise<LocatedAttempt | undefined> {
  return findLiveOrArchived(knex, 'a.code = :code', { code }, now);
}

/** The attempt of a workflow: live, else as it was when it was removed. */
export function findByKey(knex: Knex, key: AttemptKey, now: Date): Promise<LocatedAttempt | undefined> {
  const { examId, userId, attemptNumber } = key;
  const where = 'a.exam_id = :examId and a.user_id = :userId and a.number = :attemptNumber';
  return findLiveOrArchived(knex, where, { examId, userId, attemptNumber }, now, `and a.reason = 'removed'`);
}

async function findLiveOrArchived(
  knex: Knex,
  where: string,
  values: object,
  now: Date,
  ifArchived = '',
): Promise<LocatedAttempt | undefined> {
  const [live] = await readAttempts(knex, `${SELECT_LIVE} where ${where} limit 1`, values, now);
  if (live) return live;
  const past = `${SELECT_ARCHIVED} where ${where} ${ifArchived} order by a.id desc limit 1`;
  return (await readAttempts(knex, past, values, now))[0];
}

export async function findCurrent(
  knex: Knex,
  examId: number,
  userId: string,
  now: Date,
): Promise<LocatedAttempt | undefined> {
  const sql = `${SELECT_LIVE} where a.exam_id = :examId and a.user_id = :userId and a.is_current`;
  return (await readAttempts(knex, sql, { examId, userId }, now))[0];
}

/** The learner's live attempts on an exam, oldest first: what a removal of all of them is about. */
export async function findAllLive(knex: Knex, examId: number, userId: string, now: Date): Promise<LocatedAttempt[]> {
  const sql = `${SELECT_LIVE} where a.exam_id = :examId and a.user_id = :userId order by a.number`;
  return readAttempts(knex, sql, { examId, userId }, now);
}

/** Runs one of the selects below. */
export async function readAttempts(knex: Knex, sql: string, bindings: object, now: Date): Promise<LocatedAttempt[]> {
  const rows = await queryRows<AttemptJsonRow>(knex, sql, bindings);
  return rows.map((row) => toLocatedAttempt(row, now));
}

export function toLocatedAttempt(row: AttemptJsonRow, wallClock: Date): LocatedAttempt {
  const clock = { offsetMs: Number(row.offsetMs), frozenAtMs: dateOf(row.frozenAt)?.getTime() ?? null };
  const { timeLimitMins, dueDate, extraTimeMins, ...facts } = row;
  const terms = { exam: { timeLimitMins, dueDate }, extraTimeMins };
  const view = attemptView({ ...facts, attempt: attemptFromJson(row.attempt), terms }, courseTime(clock, wallClock));
  const { examId, userId, attemptNumber, courseId, phase } = view;
  const ref = { examId, userId, attemptNumber, courseId, provider: row.provider, phase };
  return { ref, provider: row.attempt.provider, isProctored: row.isProctored, view, clock };
}

const SHARED = `e.content_id as "contentId", e.course_id as "courseId", e.time_limit_mins as "timeLimitMins",
  ${DUE_DATE} as "dueDate", ${attemptProviderSql('a', 'e')} as provider, e.is_proctored as "isProctored", c.clock_offset_ms as "offsetMs",
  to_jsonb(c.clock_frozen_at) #>> '{}' as "frozenAt",
  ${EXTRA_TIME_MINS} as "extraTimeMins"`;

const pendingOf = (attemptId: string) => `(select count(*)::int from effects f where f.attempt_id = ${attemptId}
  and f.state in ('due', 'in_flight', 'failed')) as "pendingEffects"`;

/** What an attempt (`a`) belongs to. */
export const ATTEMPT_JOINS = 'join exams e on e.id = a.exam_id join courses c on c.course_id = e.course_id';

export const SELECT_LIVE = `select ${attemptJson('a')} as attempt, ${SHARED}, ${pendingOf('a.id')},
  a.attention_reasons as "needsAttention", null as archived
  from attempts a ${ATTEMPT_JOINS}`;

export const SELECT_ARCHIVED = `select ${attemptJson('a')} || jsonb_build_object('id', a.attempt_id) as attempt, ${SHARED},
  ${pendingOf('a.attempt_id')}, cast('{}' as text[]) as "needsAttention", a.reason as archived
  from attempt_archive a ${ATTEMPT_JOINS}`;
