import { deadlineOf, isOver } from '../deadline';
import type { Decision, DecisionContext } from '../decision';
import { changeStatus } from './change-status';

/**
 * The timer fired: an attempt that still runs, has no deadline or is completed stays as it is, so firing early,
 * late or twice does no harm. Completion is when the time was over, not when the timer fired (timing.json, `poll`).
 */
export function timeOut(context: DecisionContext): Decision {
  const { attempt, now } = context;
  if (attempt === null) return { kind: 'unchanged', attemptId: null };
  const deadline = deadlineOf(attempt, context);
  if (deadline === null || !isOver(attempt, now, context)) return { kind: 'unchanged', attemptId: attempt.id };
  return changeStatus(context, { to: 'timed_out', timeoutAt: deadline });
}
