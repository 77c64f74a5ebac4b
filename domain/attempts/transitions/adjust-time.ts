import type { Decision, DecisionContext } from '../decision';
import type { Attempt } from '../model';
import { isIncomplete } from '../statuses';
import { minutesUntil } from '../time-allowed';
import { acceptChanges } from './accept';
import { refuse } from './refuse';

/**
 * Recalculates a running attempt's minutes from the present limit, allowance and due date. Only on demand
 * (`applyToRunning`): by itself nothing moves a deadline after the start
 * (docs/recorded-behaviour.md#time-outs-in-the-traces).
 */
export function adjustTime(context: DecisionContext): Decision {
  const { attempt } = context;
  if (attempt === null) return refuse('attempt-not-found', 'There is no such attempt.');
  const { allowedTimeLimitMins, startedAt } = attempt;
  const isFixed = startedAt !== null && allowedTimeLimitMins !== null && isIncomplete(attempt.status);
  const minutes = isFixed ? minutesNow(context, attempt, startedAt) : allowedTimeLimitMins;
  if (minutes === allowedTimeLimitMins) return { kind: 'unchanged', attemptId: attempt.id };
  return acceptChanges(context, attempt, { allowedTimeLimitMins: minutes });
}

function minutesNow(context: DecisionContext, attempt: Attempt, startedAt: Date): number {
  const full = context.exam.timeLimitMins + context.extraTimeMins;
  const wanted = Math.floor((full * 60 - secondsUsedBefore(context, attempt)) / 60);
  const { dueDate } = context.exam;
  return Math.max(0, dueDate === null ? wanted : Math.min(wanted, minutesUntil(dueDate, startedAt)));
}

/** What the attempts this one resumes have used; one that left no seconds gave the full time again. */
function secondsUsedBefore({ others }: DecisionContext, attempt: Attempt): number {
  const earlier = others.filter(({ number, resumed }) => resumed && number < attempt.number);
  let used = 0;
  for (const { allowedTimeLimitMins, timeRemainingSeconds } of earlier.toSorted((a, b) => b.number - a.number)) {
    if (allowedTimeLimitMins === null || !timeRemainingSeconds) break;
    used += allowedTimeLimitMins * 60 - timeRemainingSeconds;
  }
  return used;
}
