import type { Knex } from 'knex';
import type { AttentionReason } from '../../contracts/attempts/attention';
import type { AttemptKey } from '../../contracts/attempts/messages';
import type { InJson } from '../../contracts/in-json';
import type { Attempt, AttemptedExam } from '../../domain/attempts/model';
import { ONBOARDING_REFUSALS } from '../../domain/attempts/statuses';
import type { QualificationRequirement } from '../../domain/qualification/gate';
import { defineStatement, type Statement, runBatch, runStatement } from '../core/batch';
import { learnerLockStatement } from '../core/locks';
import type { Course } from '../courses/courses';
import { type CommandRow, findCommandStatement } from './commands';
import { attemptFromJson, attemptJson, dateOf, examFromJson, examJson, ownDueDateJson } from './json';
import { OPEN_REGISTRATION, type OpenRegistration } from './registrations';
import { extraTimeMinsSql } from './time-terms';

/** All rows a decision about one attempt may depend on. Complete only under the learner's lock. */
export interface DecisionContextRows {
  course: Course;
  exam: AttemptedExam;
  attempt: Attempt | null;
  /** The learner's other live attempts on this exam, oldest first. */
  others: Attempt[];
  /** Read for proctored practice and onboarding exams only: nothing else can clear them away. */
  refusedElsewhere: Attempt[];
  /** Only for those who qualified in a period; null = for everybody. */
  requiresQualification: QualificationRequirement | null;
  /** Whole minutes. */
  extraTimeMins: number;
  learner: { fullName: string; active: boolean } | null;
  /** Effects of the attempt not yet done: due, in flight or failed. */
  pendingEffects: number;
  needsAttention: AttentionReason[];
  confirmedVersion: number;
}

/** What is read under the lock for one decision. */
export interface LockedContext {
  /** The command, when it was decided before. */
  storedCommand: CommandRow | undefined;
  openRegistration: OpenRegistration | null;
  /** Undefined when the exam does not exist. */
  rows: DecisionContextRows | undefined;
}

/**
 * Takes the learner's lock, finds the command and reads the context, in one round trip. Several statements, not one: a
 * statement's view of the data is taken when it begins, so one that waited for the lock would miss what the lock's holder
 * wrote.
 */
export async function readDecisionContext(
  trx: Knex.Transaction,
  key: AttemptKey,
  commandId: string,
): Promise<LockedContext> {
  const contextStatement: Statement = { statement: READ_CONTEXT, values: { ...key, commandId } };
  const [, commandRows, contextRows] = await runBatch(trx, [
    learnerLockStatement(key.userId),
    findCommandStatement(commandId),
    contextStatement,
  ]);
  const json = contextRows?.[0] as DecisionContextJson | undefined;
  return {
    storedCommand: commandRows?.[0] as CommandRow | undefined,
    openRegistration: json?.openRegistration ?? null,
    rows: json && toContextRows(json, key.attemptNumber),
  };
}

/** The same rows as they are now, without the lock: for looking ahead, never for deciding. */
export async function peekDecisionContext(knex: Knex, key: AttemptKey): Promise<DecisionContextRows | undefined> {
  const values = { ...key, commandId: '' };
  const [json] = await runStatement<DecisionContextJson>(knex, { statement: READ_CONTEXT, values });
  return json && toContextRows(json, key.attemptNumber);
}

interface DecisionContextJson {
  course: InJson<Omit<Course, 'clock'> & { frozenAt: Date | null }> & { offsetMs: number };
  exam: InJson<AttemptedExam>;
  attempts: InJson<Attempt>[];
  refused: InJson<Attempt>[] | null;
  requiresQualification: QualificationRequirement | null;
  extraTimeMins: number;
  learner: DecisionContextRows['learner'];
  pendingEffects: number;
  needsAttention: AttentionReason[] | null;
  confirmedVersion: number | null;
  openRegistration: OpenRegistration | null;
}

const REFUSALS = ONBOARDING_REFUSALS.map((status) => `'${status}'`).join(', ');

const READ_CONTEXT = defineStatement(
  'read_context',
  `
  select
    jsonb_build_object('courseId', c.course_id, 'name', c.name, 'endAt', c.end_at,
      'provider', c.proctoring_provider, 'escalationEmail', c.escalation_email,
      'offsetMs', c.clock_offset_ms, 'frozenAt', c.clock_frozen_at) as course,
    ${examJson('e', 'c')} || ${ownDueDateJson('e', ':userId')} as exam,
    coalesce((select jsonb_agg(${attemptJson('a')} order by a.created_at, a.number) from attempts a
      where a.exam_id = e.id and a.user_id = :userId), '[]') as attempts,
    case when e.is_proctored and (e.is_practice_exam or e.is_onboarding_exam) then (
      select jsonb_agg(${attemptJson('r')} order by r.created_at, r.exam_id, r.number) from attempts r
      where r.user_id = :userId and r.status in (${REFUSALS})) end as refused,
    ${extraTimeMinsSql('e.id', ':userId')} as "extraTimeMins",
    (select jsonb_build_object('fullName', u.full_name, 'active', u.active) from learners u
      where u.user_id = :userId) as learner,
    (select count(*)::int from effects f where f.attempt_id = t.id and f.state in ('due', 'in_flight', 'failed'))
      as "pendingEffects",
    e.requires_qualification as "requiresQualification",
    t.attention_reasons as "needsAttention",
    t.confirmed_version as "confirmedVersion",
    ${OPEN_REGISTRATION} as "openRegistration"
  from exams e
  join courses c on c.course_id = e.course_id
  left join attempts t on t.exam_id = e.id and t.user_id = :userId and t.number = :attemptNumber
  where e.id = :examId`,
);

function toContextRows(json: DecisionContextJson, attemptNumber: number): DecisionContextRows {
  const { offsetMs, frozenAt, endAt, ...course } = json.course;
  const attempts = json.attempts.map(attemptFromJson);
  const attempt = attempts.find(({ number }) => number === attemptNumber) ?? null;
  const refused = (json.refused ?? []).map(attemptFromJson);
  return {
    course: { ...course, endAt: dateOf(endAt), clock: { offsetMs, frozenAtMs: dateOf(frozenAt)?.getTime() ?? null } },
    exam: examFromJson(json.exam),
    attempt,
    others: attempts.filter(({ number }) => number !== attemptNumber),
    refusedElsewhere: refused.filter(({ id }) => id !== attempt?.id),
    requiresQualification: json.requiresQualification,
    extraTimeMins: json.extraTimeMins,
    learner: json.learner,
    pendingEffects: json.pendingEffects,
    needsAttention: json.needsAttention ?? [],
    confirmedVersion: json.confirmedVersion ?? 0,
  };
}
