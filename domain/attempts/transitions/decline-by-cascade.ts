import type { Command } from '../commands';
import { isOver } from '../deadline';
import type { Decision, DecisionContext } from '../decision';
import { isCompleted } from '../statuses';
import { subjectOf } from '../subject';
import { changeStatus } from './change-status';
import { decideCreation } from './create';
import { newRow } from './new-attempt';
import { timeOut } from './time-out';

/**
 * Another exam of the course was declined. A learner without an attempt gets one, created and declined; a completed one is
 * left as it is; one whose time was over is timed out and stays so; all others are declined but keep external id and
 * taking-as-proctored (cascades.json; docs/recorded-behaviour.md#current-4).
 */
export function declineByCascade(
  context: DecisionContext,
  command: Extract<Command, { type: 'declineByCascade' }>,
): Decision {
  const target = subjectOf(command, context);
  if (target === null) {
    const registered = { outcome: 'notNeeded' } as const;
    const facts = { takingAsProctored: false, registered, timeRemainingSeconds: null };
    return decideCreation(context, newRow(context, command.newAttempt, facts), { to: 'declined', cascade: false }, []);
  }
  if (isCompleted(target.status, context.rules)) return { kind: 'unchanged', attemptId: target.id };
  const others = context.others.filter((other) => other.id !== target.id);
  const targetContext = { ...context, attempt: target, others };
  if (isOver(target, context.now, context)) return timeOut(targetContext);
  return changeStatus(targetContext, { to: 'declined', cascade: false });
}
