import type { Decision, World } from '../decision';
import { deadlineOf, isOver } from '../deadline';
import { changeStatus } from './change-status';

/**
 * Judges the timer: an attempt that still runs, has no deadline or is completed stays as it is, so a timer that fires early,
 * late or twice does no harm. The instant the time was over counts as completion, not the timer's (timing.json, `poll`).
 */
export function timeOut(world: World): Decision {
  const { attempt, now } = world;
  if (attempt === null) return { kind: 'unchanged', attemptId: null };
  const deadline = deadlineOf(attempt, world);
  if (deadline === null || !isOver(attempt, now, world)) return { kind: 'unchanged', attemptId: attempt.id };
  return changeStatus(world, { to: 'timed_out', cascade: true, timeoutAt: deadline });
}
