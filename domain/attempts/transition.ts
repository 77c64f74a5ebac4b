import type { Command } from './commands';
import type { Decision, World } from './decision';
import { act } from './transitions/act';
import { adjustTime } from './transitions/adjust-time';
import { changeStatus } from './transitions/change-status';
import { create } from './transitions/create';
import { declineByCascade } from './transitions/decline-by-cascade';
import { markReadyToResume } from './transitions/mark-ready-to-resume';
import { providerReady } from './transitions/provider-ready';
import { remove } from './transitions/remove';
import { review, setReview } from './transitions/review';
import { timeOut } from './transitions/time-out';

/**
 * Judges a command against the world: the only place where it is decided what happens to an attempt. Pure: the same world
 * and command always give the same decision.
 */
export function transition(world: World, command: Command): Decision {
  switch (command.type) {
    case 'create':
      return create(world, command);
    case 'changeStatus':
      return changeStatus(world, { ...command, cascade: command.cascade ?? true });
    case 'timeOut':
      return timeOut(world);
    case 'adjustTime':
      return adjustTime(world);
    case 'declineByCascade':
      return declineByCascade(world, command);
    case 'act':
      return act(world, command);
    case 'markReadyToResume':
      return markReadyToResume(world);
    case 'remove':
      return remove(world, command);
    default:
      return fromReviewers(world, command);
  }
}

function fromReviewers(
  world: World,
  command: Extract<Command, { type: 'review' | 'providerReady' | 'setReview' }>,
): Decision {
  switch (command.type) {
    case 'review':
      return review(world, command);
    case 'providerReady':
      return providerReady(world);
    case 'setReview':
      return setReview(world, command);
  }
}
