import type { Command } from '../commands';
import type { Decision, World } from '../decision';
import { isOver } from '../deadline';
import { isCompleted } from '../statuses';
import { changeStatus } from './change-status';
import { currentOf, placed } from './create';
import { newRow } from './new-attempt';
import { timeOut } from './time-out';

/**
 * Another exam of the course was declined. A learner without an attempt gets one, created and declined; a completed one is
 * spared; one whose time was over counts as timed out first, and stays so; all others are declined but keep external id and
 * taking-as-proctored (cascades.json; FEATURES.md section 12, number 4).
 */
export function declineByCascade(world: World, command: Extract<Command, { type: 'declineByCascade' }>): Decision {
  const target = world.attempt ?? currentOf(world);
  if (target === undefined) {
    const open = {
      takingAsProctored: false,
      registered: { outcome: 'notNeeded' },
      timeRemainingSeconds: null,
    } as const;
    return placed(world, newRow(world, command.newAttempt, open), { status: 'declined', cascade: false }, []);
  }
  if (isCompleted(target.status, world.rules)) return { kind: 'unchanged', attemptId: target.id };
  const others = world.others.filter((other) => other.id !== target.id);
  const aimed = { ...world, attempt: target, others };
  if (isOver(target, world.now, world)) return timeOut(aimed);
  return changeStatus(aimed, { to: 'declined', cascade: false });
}
