import type { Command } from './commands';
import type { Decision, DecisionContext } from './decision';
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
 * Decides a command in its context: the only code that decides what happens to an attempt. Pure: the same context
 * and command always give the same decision.
 */
export function transition(context: DecisionContext, command: Command): Decision {
  switch (command.type) {
    case 'create':
      return create(context, command);
    case 'changeStatus':
      return changeStatus(context, { ...command, cascade: command.cascade ?? true });
    case 'timeOut':
      return timeOut(context);
    case 'adjustTime':
      return adjustTime(context);
    case 'declineByCascade':
      return declineByCascade(context, command);
    case 'act':
      return act(context, command);
    case 'markReadyToResume':
      return markReadyToResume(context);
    case 'remove':
      return remove(context, command);
    default:
      return decideReviewCommand(context, command);
  }
}

function decideReviewCommand(
  context: DecisionContext,
  command: Extract<Command, { type: 'review' | 'providerReady' | 'setReview' }>,
): Decision {
  switch (command.type) {
    case 'review':
      return review(context, command);
    case 'providerReady':
      return providerReady(context);
    case 'setReview':
      return setReview(context, command);
  }
}
