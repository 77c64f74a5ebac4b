import type { AttemptState, AttemptView } from '../../contracts/attempts/messages';
import { isIncomplete } from '../../domain/attempts/statuses';
import type { Wakeup } from './timer';

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

function reviewWakeup({ attemptId, reviewDueAt, needsAttention }: AttemptView): Wakeup | null {
  if (reviewDueAt === null || needsAttention !== null) return null;
  return {
    kind: 'review',
    atMs: Date.parse(reviewDueAt),
    id: `review:${attemptId}:${reviewDueAt}`,
    summary: `review due at ${reviewDueAt}`,
  };
}

/** A fixed share of the jitter for each attempt: the same on replay, spread over attempts. */
function jitterOf(attemptId: string, jitterMs: number): number {
  let hash = 0;
  for (const character of attemptId) hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
  return jitterMs === 0 ? 0 : hash % jitterMs;
}
