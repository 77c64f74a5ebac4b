import type { AttemptAction, Command } from '../commands';
import type { Decision, DecisionContext } from '../decision';
import type { Attempt, NewAttempt } from '../model';
import { isCompleted, type AttemptStatus } from '../statuses';
import { currentOf } from '../subject';
import { secondsLeft } from '../time-allowed';
import { changeStatus } from './change-status';
import { markReadyToResume } from './mark-ready-to-resume';
import { refuse } from './refuse';
import { isPastDue } from './registration';
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
 * An action of the learner. A completed attempt refuses all but a reset, so no learner overturns a verdict; requesting
 * the present status again is no error (docs/decided-differences.md#p1; otherwise docs/recorded-behaviour.md#actions).
 */
export function act(context: DecisionContext, command: Extract<Command, { type: 'act' }>): Decision {
  const { attempt } = context;
  const { action, actor } = command;
  if (attempt === null) return refuse('attempt-not-found', 'There is no such attempt.');
  if (action === 'mark_ready_to_resume') {
    if (actor !== 'staff') return refuse('action-not-allowed', 'Only staff can make an attempt ready to resume.');
    return markReadyToResume(context);
  }
  if (action === 'reset_attempt') return resetCurrent(context, attempt, command.newAttempt);
  if (action === 'error' && actor === 'learner' && context.rules.pingFailurePassthrough) {
    return { kind: 'unchanged', attemptId: attempt.id };
  }
  return takeStatus(context, attempt, { action, actor });
}

/** A status action: what it asks for, unless the attempt has it or takes no more. */
function takeStatus(
  context: DecisionContext,
  attempt: Attempt,
  { action, actor }: { action: StatusAction; actor: 'learner' | 'staff' },
): Decision {
  const to = STATUS_AFTER[action];
  if (attempt.status === to) return { kind: 'unchanged', attemptId: attempt.id };
  if (isCompleted(attempt.status, context.rules)) {
    return refuse('attempt-completed', `An attempt in "${attempt.status}" takes no more actions.`);
  }
  if (actor === 'learner' && isEntry(action, attempt) && isPastDue(context)) {
    return refuse('exam-past-due', 'The exam is past its due date.');
  }
  const saved = action === 'error' ? { timeRemainingSeconds: secondsLeft(attempt, context.now, context) } : {};
  return changeStatus(context, { to, ...saved });
}

/** A first start, or the way to it: past due it would only use the attempt up (docs/decided-differences.md#p17). */
function isEntry(action: StatusAction, { startedAt }: Attempt): boolean {
  return startedAt === null && (action === 'start' || action === 'click_download_software');
}

/** Resets the learner's current attempt on the exam, whichever was addressed: never two new attempts side by side. */
function resetCurrent(context: DecisionContext, addressed: Attempt, newAttempt: NewAttempt | undefined): Decision {
  if (newAttempt === undefined) return refuse('action-not-allowed', 'A reset needs a new attempt.');
  return resetPractice(context, currentOf(context) ?? addressed, newAttempt);
}
