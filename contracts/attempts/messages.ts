import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { AttemptPhase, AttemptStatus } from '../../domain/attempts/statuses';
import type { AttentionReason, FailedEffect } from './attention';
import type { ChangeStatusInput, CommandInput, RetryEffectInput } from './commands';

/** The business key of an attempt; the number is 1 + the highest ever used by exam and learner, live or archived. */
export interface AttemptKey {
  examId: number;
  userId: string;
  attemptNumber: number;
}

/** The address of an attempt: its key, and what is needed to check who may reach it and to start its workflow. */
export interface AttemptRef extends AttemptKey {
  courseId: string;
  /** For the workflow's summary. */
  examName?: string;
  /** The provider of the exam; null when it is not proctored. */
  provider: string | null;
  phase: AttemptPhase;
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

export interface ExamAttemptInput extends AttemptKey {
  timings: AttemptTimings;
  /** Cancel in Temporal's UI ends nothing. Absent in runs that the release before started. */
  isShielded?: boolean;
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
  /** As the database has it; absent in all that travels through Temporal, because with the code it makes a review. */
  externalId?: string | null;
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
  /** Why a person has to look at it, in the order in which the reasons came. */
  needsAttention: AttentionReason[];
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
  /** Of the attempt, when it was last read; absent: none. */
  failed?: FailedEffect[] | undefined;
}

/** Course time = `frozenAtMs` if set, else workflow time + `offsetMs`. Other than zero only with INVIGIL_TEST_CLOCK=1. */
export interface CourseClock {
  offsetMs: number;
  frozenAtMs: number | null;
}

/** The wire: names are contracts and never renamed (see tests/unit/contracts/contracts.test.ts). */
export const createUpdate = defineUpdate<AttemptView, [CommandInput<'create'>]>('create');
export const changeStatusUpdate = defineUpdate<AttemptView, [ChangeStatusInput]>('changeStatus');
export const actUpdate = defineUpdate<AttemptView, [CommandInput<'act'>]>('act');
export const removeUpdate = defineUpdate<AttemptView, [CommandInput<'remove'>]>('remove');
export const markReadyToResumeUpdate = defineUpdate<AttemptView, [CommandInput<'markReadyToResume'>]>(
  'markReadyToResume',
);
/** Recalculates the minutes, for an allowance that applies to a running attempt. */
export const adjustTimeUpdate = defineUpdate<AttemptView, [CommandInput<'adjustTime'>]>('adjustTime');
export const retryEffectUpdate = defineUpdate<AttemptView, [RetryEffectInput]>('retryEffect');

/** A second review by a person. */
export const setReviewUpdate = defineUpdate<AttemptView, [CommandInput<'setReview'>]>('setReview');

export const reviewReceivedSignal = defineSignal<[CommandInput<'review'>]>('reviewReceived');
/** The provider says that the learner may begin. */
export const providerReadySignal = defineSignal<[CommandInput<'providerReady'>]>('providerReady');
/** By the kind of the callback. */
export const CALLBACK_SIGNALS = { review: reviewReceivedSignal, ready: providerReadySignal };
export const declineByCascadeSignal = defineSignal<[CommandInput<'declineByCascade'>]>('declineByCascade');
export const clockChangedSignal = defineSignal('clockChanged');
/** Reload the row: effects are due, or the workflow has not confirmed the newest version. */
export const wakeSignal = defineSignal('wake');

export const stateQuery = defineQuery<AttemptState>('state');
