import type { Attempt } from './model';
import { isIncomplete } from './statuses';
import { minutesUntil, timeIsUpAt, type TimeTerms } from './time-allowed';

/**
 * When a live attempt will be timed out: only incomplete ones are, in whatever incomplete status
 * (docs/recorded-behaviour.md#time-outs-in-the-traces). A timer for it must let commands of that very instant go first.
 */
export function deadlineOf(
  attempt: Pick<Attempt, 'status' | 'startedAt' | 'allowedTimeLimitMins' | 'timeRemainingSeconds'>,
  terms?: TimeTerms,
): Date | null {
  return isIncomplete(attempt.status) ? timeIsUpAt(attempt, terms) : null;
}

/** Did the due date set the deadline? Then many attempts end at about the same time. */
export function isCutByDueDate(attempt: Parameters<typeof deadlineOf>[0], terms: TimeTerms): boolean {
  const { startedAt } = attempt;
  const deadline = deadlineOf(attempt, terms);
  if (deadline === null || startedAt === null || terms.exam.dueDate === null) return false;
  const untilDue = Math.max(0, minutesUntil(terms.exam.dueDate, startedAt));
  return deadline.getTime() === startedAt.getTime() + untilDue * 60_000;
}

/** Exactly at the deadline the attempt still runs. */
export function isOver(attempt: Parameters<typeof deadlineOf>[0], now: Date, terms?: TimeTerms): boolean {
  const deadline = deadlineOf(attempt, terms);
  return deadline !== null && now.getTime() > deadline.getTime();
}
