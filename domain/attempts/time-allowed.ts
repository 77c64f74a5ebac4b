import type { Attempt, Exam } from './model';

const MINUTE_MS = 60_000;

/** What the allowed minutes of an attempt depend on besides the attempt itself. */
export interface TimeTerms {
  exam: Pick<Exam, 'timeLimitMins' | 'dueDate'>;
  extraTimeMins: number;
}

/**
 * Minutes allowed to an attempt that starts at `startsAt`: the limit and the allowance, or what a resumed attempt has
 * left, cut at the due date; whole minutes, never below 0. No seconds left count as none saved, so the full time is
 * given again (docs/recorded-behaviour.md#current-6).
 */
export function allowedMinutes(terms: TimeTerms, timeRemainingSeconds: number | null, startsAt: Date): number {
  const full = terms.exam.timeLimitMins + terms.extraTimeMins;
  const wanted = timeRemainingSeconds ? Math.floor(timeRemainingSeconds / 60) : full;
  if (terms.exam.dueDate === null) return wanted;
  return Math.max(0, Math.min(wanted, minutesUntil(terms.exam.dueDate, startsAt)));
}

/** Whole minutes from the start to the due date; negative past it. */
export function minutesUntil(dueDate: Date, startsAt: Date): number {
  return Math.floor((dueDate.getTime() - startsAt.getTime()) / MINUTE_MS);
}

type TimedAttempt = Pick<Attempt, 'startedAt' | 'allowedTimeLimitMins' | 'timeRemainingSeconds'>;

/**
 * The instant at which the attempt's time is used up; it still runs AT that instant and is over strictly later. Null while
 * it has not started. Minutes not fixed at start (`timeFixedAtStart: false`) are counted from `terms` as they are now; without
 * `terms` such an attempt has no deadline. The caller checks whether the attempt still runs.
 */
export function timeIsUpAt(attempt: TimedAttempt, terms?: TimeTerms): Date | null {
  if (attempt.startedAt === null) return null;
  const minutes =
    attempt.allowedTimeLimitMins ??
    (terms ? allowedMinutes(terms, attempt.timeRemainingSeconds, attempt.startedAt) : null);
  return minutes === null ? null : new Date(attempt.startedAt.getTime() + minutes * MINUTE_MS);
}

/** Whole seconds left at `now`, never below 0; none for an attempt without a deadline. */
export function secondsLeft(attempt: TimedAttempt, now: Date, terms?: TimeTerms): number {
  const end = timeIsUpAt(attempt, terms);
  return end === null ? 0 : Math.max(0, Math.floor((end.getTime() - now.getTime()) / 1000));
}
