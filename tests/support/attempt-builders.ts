import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { applyDecision } from '../../db/attempts/apply-decision';
import type { DecidedEffect } from '../../db/attempts/archive-and-effects';
import { runStatement } from '../../db/core/batch';
import { learnerLockStatement } from '../../db/core/locks';
import { upsertCourse } from '../../db/courses/courses';
import { createExam, type NewExam } from '../../db/courses/exams';
import { planEffects } from '../../db/effects/drafts';
import { deadlineOf } from '../../domain/attempts/deadline';
import type { Decision } from '../../domain/attempts/decision';
import type { EffectAction, EffectDraft } from '../../domain/attempts/effects';
import type { Attempt, Exam } from '../../domain/attempts/model';

export const NOW = new Date('2026-03-01T10:00:00.000Z');
export const COURSE = 'course-v1:Org+Run';

export function minutesLater(minutes: number): Date {
  return new Date(NOW.getTime() + minutes * 60_000);
}

export async function anExam(db: Knex, given: Partial<NewExam> = {}): Promise<Exam> {
  const courseId = given.courseId ?? COURSE;
  await upsertCourse(db, { courseId, name: 'C', endAt: null, provider: 'psi', escalationEmail: null });
  const exam = await createExam(db, {
    courseId,
    contentId: `block-${randomUUID()}`,
    examName: 'Final',
    timeLimitMins: 60,
    dueDate: null,
    isProctored: true,
    isPracticeExam: false,
    isOnboardingExam: false,
    isActive: true,
    hideAfterDue: false,
    provider: null,
    ...given,
  });
  if (!exam) throw new Error('The exam exists');
  return exam;
}

export function anAttempt(examId: number, given: Partial<Attempt> = {}): Attempt {
  return {
    id: randomUUID(),
    code: randomUUID().toUpperCase(),
    number: 1,
    examId,
    userId: 'u-1',
    status: 'created',
    takingAsProctored: true,
    isSampleAttempt: false,
    externalId: null,
    provider: 'psi',
    allowedTimeLimitMins: null,
    startedAt: null,
    completedAt: null,
    timeRemainingSeconds: null,
    isResumable: false,
    readyToResume: false,
    resumed: false,
    isCurrent: true,
    reviewDueAt: null,
    version: 1,
    createdAt: NOW,
    modifiedAt: NOW,
    ...given,
  };
}

export function attemptKeyOf({ examId, userId, number }: Attempt): AttemptKey {
  return { examId, userId, attemptNumber: number };
}

export function effect(attempt: Attempt, action: EffectAction): EffectDraft {
  return { action, attemptId: attempt.id, version: attempt.version, examId: attempt.examId, userId: attempt.userId };
}

export const creditSubmitted: EffectAction = { name: 'credit.set', status: 'submitted' };

type Accepted = Extract<Decision, { kind: 'accepted' }>;

export interface Applied {
  writes?: Accepted['writes'];
  archive?: Attempt[];
  effects?: EffectDraft[];
  fullName?: string;
  leaseMs?: number;
  confirmedVersion?: number;
}

/** Applies a decision about `attempt` in a transaction of its own, as the fused activity does. */
export async function apply(db: Knex, attempt: Attempt, given: Applied): Promise<DecidedEffect[]> {
  return db.transaction(async (trx) => {
    await runStatement(trx, learnerLockStatement(attempt.userId));
    return applyIn(trx, attempt, given);
  });
}

/** As `apply`, in a transaction of the caller's, who holds the learner's lock. */
export function applyIn(trx: Knex.Transaction, attempt: Attempt, given: Applied): Promise<DecidedEffect[]> {
  const { writes = [], archive = [], effects = [], fullName = 'Ann Alder', leaseMs, confirmedVersion } = given;
  return applyDecision(trx, {
    decision: { kind: 'accepted', attemptId: attempt.id, writes, archive, effects },
    effects: planEffects(effects),
    now: NOW,
    owner: attemptKeyOf(attempt),
    courseId: COURSE,
    fullName,
    deadlineAt: deadlineOf,
    ...(leaseMs === undefined ? {} : { lease: { leaseMs } }),
    ...(confirmedVersion === undefined ? {} : { confirmedVersion }),
  });
}

/** A new attempt with these effects, stored. */
export async function created(db: Knex, attempt: Attempt, actions: EffectAction[] = []): Promise<DecidedEffect[]> {
  return apply(db, attempt, {
    writes: [{ do: 'create', attempt }],
    effects: actions.map((action) => effect(attempt, action)),
  });
}

/** The next version of an attempt, stored, with the old one archived when the status changes. */
export async function saved(
  db: Knex,
  before: Attempt,
  change: Partial<Attempt>,
  given: Applied & { actions?: EffectAction[] } = {},
): Promise<{ after: Attempt; effects: DecidedEffect[] }> {
  const after = { ...before, ...change, version: before.version + 1 };
  const effects = await apply(db, after, {
    writes: [{ do: 'save', before, after }],
    archive: change.status ? [before] : [],
    effects: (given.actions ?? []).map((action) => effect(after, action)),
    ...given,
  });
  return { after, effects };
}
