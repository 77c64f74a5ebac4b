import type { AttemptAction, Command } from '../commands';
import type { Decision, World } from '../decision';
import type { Attempt, NewAttempt } from '../model';
import { isCompleted, type AttemptStatus } from '../statuses';
import { secondsLeft } from '../time-allowed';
import { changeStatus } from './change-status';
import { currentOf } from './create';
import { markReadyToResume } from './mark-ready-to-resume';
import { refuse } from './refusals';
import { resetPractice } from './reset-practice';

type StatusAction = Exclude<AttemptAction, 'reset_attempt' | 'mark_ready_to_resume'>;

const STATUS_AFTER: Record<StatusAction, AttemptStatus> = {
  start: 'started',
  stop: 'ready_to_submit',
  submit: 'submitted',
  click_download_software: 'download_software_clicked',
  decline: 'declined',
  error: 'error',
};

/**
 * An action of the learner. A completed attempt refuses all but a reset, so that no learner overturns a verdict; asking for
 * the status the attempt has already is answered kindly (WANTED.md P1; otherwise actions.json, family action).
 */
export function act(world: World, command: Extract<Command, { type: 'act' }>): Decision {
  const { attempt } = world;
  const { action, actor } = command;
  if (attempt === null) return refuse('attempt-not-found', 'There is no such attempt.');
  if (action === 'mark_ready_to_resume') {
    if (actor !== 'staff') return refuse('action-not-allowed', 'Only staff can make an attempt ready to resume.');
    return markReadyToResume(world);
  }
  if (action === 'reset_attempt') return startOver(world, attempt, command.newAttempt);
  if (action === 'error' && actor === 'learner' && world.rules.pingFailurePassthrough) {
    return { kind: 'unchanged', attemptId: attempt.id };
  }
  const to = STATUS_AFTER[action];
  if (attempt.status === to) return { kind: 'unchanged', attemptId: attempt.id };
  if (isCompleted(attempt.status, world.rules)) {
    return refuse('attempt-completed', `An attempt in "${attempt.status}" takes no more actions.`);
  }
  const saved = action === 'error' ? { timeRemainingSeconds: secondsLeft(attempt, world.now, world) } : {};
  return changeStatus(world, { to, cascade: true, ...saved });
}

/** Means the learner's current attempt on the exam, whichever was named: there is one new start, not one beside another. */
function startOver(world: World, named: Attempt, newAttempt: NewAttempt | undefined): Decision {
  if (newAttempt === undefined) return refuse('action-not-allowed', 'A reset needs a new attempt.');
  return resetPractice(world, currentOf(world) ?? named, newAttempt);
}
