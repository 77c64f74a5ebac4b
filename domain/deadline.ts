import type { Attempt } from './model';
import { isIncomplete } from './statuses';
import { timeIsUpAt, type TimeTerms } from './time-allowed';

/**
 * When a live attempt will be timed out: only incomplete ones are, in whatever incomplete status (golden README, "Time-outs
 * in the traces"). A timer set for it must let the operations of that very instant go first.
 */
export function deadlineOf(
  attempt: Pick<Attempt, 'status' | 'startedAt' | 'allowedTimeLimitMins' | 'timeRemainingSeconds'>,
  terms?: TimeTerms,
): Date | null {
  return isIncomplete(attempt.status) ? timeIsUpAt(attempt, terms) : null;
}

/** Exactly at the deadline the attempt still runs. */
export function isOver(attempt: Parameters<typeof deadlineOf>[0], now: Date, terms?: TimeTerms): boolean {
  const deadline = deadlineOf(attempt, terms);
  return deadline !== null && now.getTime() > deadline.getTime();
}
