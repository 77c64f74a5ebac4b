import type { AttentionReason } from '../../contracts/attempts/attention';
import type { AttemptView, CourseClock } from '../../contracts/attempts/messages';
import { deadlineOf, isCutByDueDate } from '../../domain/attempts/deadline';
import type { Attempt } from '../../domain/attempts/model';
import { phaseOf } from '../../domain/attempts/statuses';
import { secondsLeft, type TimeTerms } from '../../domain/attempts/time-allowed';

/** An attempt with all that its view contains. `terms` matter only to attempts whose minutes are not fixed. */
export interface AttemptViewFacts {
  attempt: Attempt;
  courseId: string;
  contentId: string;
  terms: TimeTerms;
  pendingEffects: number;
  needsAttention: AttentionReason[];
  /** Why the row is in the archive; null for a live one. */
  archived: 'status-changed' | 'removed' | null;
}

/** What the API shows of an attempt at `now`, which is the course's time. */
export function attemptView(input: AttemptViewFacts, now: Date): AttemptView {
  const { attempt, archived, terms } = input;
  const deadline = archived ? null : deadlineOf(attempt, terms);
  return {
    attemptId: attempt.id,
    attemptCode: attempt.code,
    attemptNumber: attempt.number,
    examId: attempt.examId,
    courseId: input.courseId,
    contentId: input.contentId,
    userId: attempt.userId,
    status: attempt.status,
    phase: archived === 'removed' ? 'removed' : phaseOf(attempt),
    takingAsProctored: attempt.takingAsProctored,
    isSampleAttempt: attempt.isSampleAttempt,
    isArchived: archived !== null,
    isCurrent: archived === null && attempt.isCurrent,
    externalId: attempt.externalId,
    allowedTimeLimitMins: attempt.allowedTimeLimitMins,
    startedAt: isoOf(attempt.startedAt),
    completedAt: isoOf(attempt.completedAt),
    deadline: isoOf(deadline),
    ...(deadline && isCutByDueDate(attempt, terms) ? { sharedDeadline: true } : {}),
    timeRemainingSeconds: deadline ? secondsLeft(attempt, now, terms) : attempt.timeRemainingSeconds,
    reviewDueAt: isoOf(attempt.reviewDueAt),
    pendingEffects: input.pendingEffects,
    needsAttention: input.needsAttention,
    version: attempt.version,
    createdAt: attempt.createdAt.toISOString(),
    modifiedAt: attempt.modifiedAt.toISOString(),
  };
}

/** The course's time at a wall clock's. */
export function courseTime(clock: CourseClock, wallClock: Date): Date {
  return new Date(clock.frozenAtMs ?? wallClock.getTime() + clock.offsetMs);
}

function isoOf(date: Date | null): string | null {
  return date && date.toISOString();
}
