import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { AttemptAction } from '../../domain/attempts/commands';
import type { Verdict } from '../../domain/attempts/reviews/payload';
import type { AttemptPhase, AttemptStatus } from '../../domain/attempts/statuses';

/** The business key of an attempt; the number is 1 + the highest ever used by exam and learner, live or archived. */
export interface AttemptKey {
  examId: number;
  userId: string;
  attemptNumber: number;
}

export const EXAM_ATTEMPT_WORKFLOW = 'examAttempt';

/** `exam-attempt:{examId}:{userId}:{attemptNumber}`, parts URI-encoded. */
export function examAttemptWorkflowId({ examId, userId, attemptNumber }: AttemptKey): string {
  return ['exam-attempt', String(examId), userId, String(attemptNumber)].map(encodeURIComponent).join(':');
}

/** The inverse of `examAttemptWorkflowId`; undefined for the id of another kind of workflow. */
export function attemptKeyOf(workflowId: string): AttemptKey | undefined {
  const match = /^exam-attempt:(\d+):([^:]+):(\d+)$/.exec(workflowId);
  if (!match) return undefined;
  const [, examId, userId, attemptNumber] = match as unknown as [string, string, string, string];
  return { examId: Number(examId), userId: decodeURIComponent(userId), attemptNumber: Number(attemptNumber) };
}

/** All waiting times of an attempt's workflow, in milliseconds. Given by whoever starts it, so tests can shorten them. */
export interface AttemptTimings {
  /** Time without a command until a sleeping workflow closes. */
  idleMs: number;
  /** Time a provider has for an answer before the caller gets 503. */
  questionTimeoutMs: number;
  /** First pause between tries of an effect; doubles up to the maximum. */
  effectRetryInitialMs: number;
  effectRetryMaxMs: number;
  /** Time until an effect counts as failed. */
  effectGiveUpMs: number;
  /** Deadlines that a due date set get up to so much delay, so that not all timers fire at once; other deadlines none. */
  deadlineJitterMs: number;
}

/** The command a callback becomes: the same for every delivery. */
export function callbackCommand(inboxId: string): CallbackInput {
  return { commandId: `inbox:${inboxId}`, inboxId };
}

export interface ExamAttemptInput extends AttemptKey {
  timings: AttemptTimings;
}

/** An attempt as callers see it, without links (the API adds `workflowId` and `temporalUrl`). Instants are ISO 8601 UTC. */
export interface AttemptView {
  attemptId: string;
  attemptCode: string;
  attemptNumber: number;
  examId: number;
  courseId: string;
  contentId: string;
  userId: string;
  status: AttemptStatus;
  phase: AttemptPhase;
  takingAsProctored: boolean;
  isSampleAttempt: boolean;
  isArchived: boolean;
  isCurrent: boolean;
  externalId: string | null;
  allowedTimeLimitMins: number | null;
  startedAt: string | null;
  completedAt: string | null;
  /** `startedAt` + allowed minutes while the attempt is incomplete; null otherwise. */
  deadline: string | null;
  /** Set by the due date, so many attempts end together. */
  sharedDeadline?: true;
  /** Seconds left: of a running attempt at reading, of one in error the seconds saved for its resumption. */
  timeRemainingSeconds: number | null;
  reviewDueAt: string | null;
  pendingEffects: number;
  needsAttention: string | null;
  version: number;
  createdAt: string;
  modifiedAt: string;
}

/** An effect still to be done; ids and names for operators only, no personal data. */
export interface DueEffect {
  effectId: string;
  name: string;
  /** Effects on one target are done in order: `{service}|{examId}|{userId}`. */
  target: string;
  /** From Retry-After, epoch milliseconds. */
  notBeforeMs?: number;
}

/** The workflow's cache of the row. `clock` maps workflow time to the course's time. */
export interface AttemptState {
  attempt: AttemptView | null;
  version: number;
  due: DueEffect[];
  clock: CourseClock;
}

/** Course time = `frozenAtMs` if set, else workflow time + `offsetMs`. Other than zero only with INVIGIL_TEST_CLOCK=1. */
export interface CourseClock {
  offsetMs: number;
  frozenAtMs: number | null;
}

/** Every command has an id (one per Idempotency-Key of the caller's principal), stored with the row. */
export interface CommandInput {
  commandId: string;
}

export interface CreateInput extends CommandInput {
  takingAsProctored: boolean;
  start?: boolean;
  /** Requested by the learner, not the platform: due dates bind, opting out of proctoring declines. */
  byLearner?: boolean;
}

export interface ChangeStatusInput extends CommandInput {
  status: string;
  requestedBy?: string;
  cascade?: boolean;
  /** ISO 8601. */
  timeoutAt?: string;
}

export interface ActInput extends CommandInput {
  action: AttemptAction;
  actor: 'learner' | 'staff';
}

export interface RemoveInput extends CommandInput {
  requestedBy?: string;
}

/** A callback of a vendor, by its row in the inbox: no payload travels through Temporal. */
export interface CallbackInput extends CommandInput {
  inboxId: string;
}

export interface SetReviewInput extends CommandInput {
  reviewId: string;
  reviewStatus: Verdict;
  requestedBy: string;
}

export interface RetryEffectInput extends CommandInput {
  effectId: string;
}

/** The wire: names are contracts and never renamed (see tests/unit/contracts/contracts.test.ts). */
export const createUpdate = defineUpdate<AttemptView, [CreateInput]>('create');
export const changeStatusUpdate = defineUpdate<AttemptView, [ChangeStatusInput]>('changeStatus');
export const actUpdate = defineUpdate<AttemptView, [ActInput]>('act');
export const removeUpdate = defineUpdate<AttemptView, [RemoveInput]>('remove');
export const markReadyToResumeUpdate = defineUpdate<AttemptView, [RemoveInput]>('markReadyToResume');
/** Recalculates the minutes, for an allowance that applies to a running attempt. */
export const adjustTimeUpdate = defineUpdate<AttemptView, [CommandInput]>('adjustTime');
export const retryEffectUpdate = defineUpdate<AttemptView, [RetryEffectInput]>('retryEffect');

/** A second review by a person. */
export const setReviewUpdate = defineUpdate<AttemptView, [SetReviewInput]>('setReview');

export const reviewReceivedSignal = defineSignal<[CallbackInput]>('reviewReceived');
/** The provider says that the learner may begin. */
export const providerReadySignal = defineSignal<[CallbackInput]>('providerReady');
export const declineByCascadeSignal = defineSignal<[CommandInput]>('declineByCascade');
export const clockChangedSignal = defineSignal('clockChanged');
/** Reload the row: effects are due, or the workflow has not confirmed the newest version. */
export const wakeSignal = defineSignal('wake');

export const stateQuery = defineQuery<AttemptState>('state');
