import { patched } from '@temporalio/workflow';
import { reasonsOf } from '../../contracts/attempts/attention';
import type { AttemptState, AttemptView } from '../../contracts/attempts/messages';
import { isIncomplete } from '../../domain/attempts/statuses';
import type { Wakeup } from './timer';

const REVIEW_BESIDE_OTHER_REASONS = 'review-beside-other-reasons';

/** May the workflow close while the attempt is in this state? (docs/design.md#entities-sleep) */
export function canSleep({ attempt }: AttemptState): boolean {
  if (!attempt || attempt.isArchived) return true;
  return !isIncomplete(attempt.status) && attempt.reviewDueAt === null;
}

/** The next instant at which something is due without a message; null under a frozen clock. */
export function nextWakeup(state: AttemptState, nowMs: number, jitterMs: number): Wakeup | null {
  const { attempt, clock } = state;
  if (!attempt || attempt.isArchived) return null;
  const wakeup = deadlineWakeup(attempt) ?? reviewWakeup(attempt);
  if (!wakeup) return null;
  if (clock.frozenAtMs !== null) return wakeup.atMs < clock.frozenAtMs ? { ...wakeup, atMs: nowMs } : null;
  const spread = wakeup.kind === 'deadline' && attempt.sharedDeadline ? jitterOf(attempt.attemptId, jitterMs) : 0;
  return { ...wakeup, atMs: wakeup.atMs - clock.offsetMs + 1 + spread };
}

/** The attempt still runs exactly at its deadline, so the timer fires one millisecond later. */
function deadlineWakeup({ attemptId, deadline }: AttemptView): Wakeup | null {
  if (deadline === null) return null;
  return {
    kind: 'deadline',
    atMs: Date.parse(deadline),
    id: `timer:${attemptId}:${deadline}`,
    summary: `times out at ${deadline}`,
  };
}

/** Until it is marked. What else calls for a person (a failed effect) keeps no review from being missed. */
function reviewWakeup({ attemptId, reviewDueAt, needsAttention }: AttemptView): Wakeup | null {
  const reasons = reasonsOf(needsAttention);
  if (reviewDueAt === null || reasons.includes('review-overdue')) return null;
  if (reasons.length > 0 && !patched(REVIEW_BESIDE_OTHER_REASONS)) return null;
  return {
    kind: 'review',
    atMs: Date.parse(reviewDueAt),
    id: `review:${attemptId}:${reviewDueAt}`,
    summary: `review due at ${reviewDueAt}`,
  };
}

/** Nothing is due any more. */
export function sleepWakeup(atMs: number): Wakeup {
  return { kind: 'sleep', atMs, summary: 'closes when idle', id: 'sleep' };
}

/**
 * The command of a deadline is named by the version it ends: an attempt that comes back after its time was over ends again at the
 * same instant, by a new command.
 */
export function timeOutCommandId({ id }: Wakeup, { version }: AttemptState): string {
  return `${id}:${version}`;
}

/** A fixed share of the jitter for each attempt: the same on replay, spread over attempts. */
function jitterOf(attemptId: string, jitterMs: number): number {
  let hash = 0;
  for (const character of attemptId) hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
  return jitterMs === 0 ? 0 : hash % jitterMs;
}
