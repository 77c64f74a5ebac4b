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

type Transition<C extends Command> = (context: DecisionContext, command: C) => Decision;

const TRANSITIONS: { [T in Command['type']]: Transition<Extract<Command, { type: T }>> } = {
  create,
  changeStatus,
  timeOut,
  adjustTime,
  declineByCascade,
  act,
  markReadyToResume,
  remove,
  review,
  providerReady,
  setReview,
};

/**
 * Decides a command in its context: the only code that decides what happens to an attempt. Pure: the same context
 * and command always give the same decision.
 */
export function transition(context: DecisionContext, command: Command): Decision {
  return (TRANSITIONS[command.type] as Transition<Command>)(context, command);
}
