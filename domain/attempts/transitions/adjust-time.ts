import type { Decision, World } from '../decision';
import type { Attempt } from '../model';
import { isIncomplete } from '../statuses';
import { minutesUntil } from '../time-allowed';
import { revised } from './entry';
import { refuse } from './refusals';

/**
 * Counts a running attempt's minutes anew from limit, allowance and due date as they are now. Only on demand
 * (`applyToRunning`): by itself nothing moves a deadline after the start (golden README, "Time-outs in the traces").
 */
export function adjustTime(world: World): Decision {
  const { attempt } = world;
  if (attempt === null) return refuse('attempt-not-found', 'There is no such attempt.');
  const { allowedTimeLimitMins, startedAt } = attempt;
  const isFixed = startedAt !== null && allowedTimeLimitMins !== null && isIncomplete(attempt.status);
  const minutes = isFixed ? minutesNow(world, attempt, startedAt) : allowedTimeLimitMins;
  if (minutes === allowedTimeLimitMins) return { kind: 'unchanged', attemptId: attempt.id };
  const after = revised(world, attempt, { allowedTimeLimitMins: minutes });
  const writes = [{ do: 'save', before: attempt, after } as const];
  return { kind: 'accepted', attemptId: attempt.id, writes, archive: [], effects: [] };
}

function minutesNow(world: World, attempt: Attempt, startedAt: Date): number {
  const full = world.exam.timeLimitMins + world.extraTimeMins;
  const wanted = Math.floor((full * 60 - secondsUsedBefore(world, attempt)) / 60);
  const { dueDate } = world.exam;
  return Math.max(0, dueDate === null ? wanted : Math.min(wanted, minutesUntil(dueDate, startedAt)));
}

/** What the attempts this one resumes have used; one that left no seconds gave the full time again. */
function secondsUsedBefore({ others }: World, attempt: Attempt): number {
  const earlier = others.filter(({ number, resumed }) => resumed && number < attempt.number);
  let used = 0;
  for (const { allowedTimeLimitMins, timeRemainingSeconds } of earlier.toSorted((a, b) => b.number - a.number)) {
    if (allowedTimeLimitMins === null || !timeRemainingSeconds) break;
    used += allowedTimeLimitMins * 60 - timeRemainingSeconds;
  }
  return used;
}
