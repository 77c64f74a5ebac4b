import type { Command } from '../commands';
import type { Decision, DecisionContext, AttemptWrite } from '../decision';
import type { Attempt } from '../model';
import { isOnboardingRefusal } from '../statuses';
import { currentOf, liveAttempts } from '../subject';
import { accept, revise } from './accept';
import { applyEntry } from './enter-status';
import { newRow } from './new-attempt';
import { refuse } from './refuse';
import { isPastDue, checkRegistration } from './registration';
import type { EntryOptions } from './status-entry';

type CreateCommand = Extract<Command, { type: 'create' }>;

/**
 * A new attempt. Practice exams may always be retaken; others only where the previous attempt is being resumed, then
 * with its remaining seconds (timing.json, family second_attempt).
 */
export function create(context: DecisionContext, command: CreateCommand): Decision {
  const { exam } = context;
  const previous = currentOf(context);
  const resumes = previous !== undefined && (previous.readyToResume || previous.resumed);
  if (previous && !resumes && !exam.isPracticeExam) {
    return refuse('attempt-already-exists', 'The learner already has an attempt on this exam.');
  }
  if (command.byLearner && !exam.isPracticeExam && isPastDue(context)) {
    return refuse('exam-past-due', 'The exam is past its due date.');
  }
  const timeRemainingSeconds = resumes ? previous.timeRemainingSeconds : null;
  const { takingAsProctored } = command;
  const registered = checkRegistration(context, command.newAttempt, takingAsProctored, timeRemainingSeconds);
  if ('kind' in registered) return registered;
  const row = newRow(context, command.newAttempt, { takingAsProctored, registered, timeRemainingSeconds });
  const precedingWrites: AttemptWrite[] = previous ? [demotePrevious(context, previous, resumes)] : [];
  return decideCreation(context, row, firstStatus(command, row, context), precedingWrites);
}

/**
 * The decision that stores a new row, entering its `first` status at once if given: one command, one version, and the archive shows that
 * it was `created` in between.
 */
export function decideCreation(
  context: DecisionContext,
  row: Attempt,
  first: EntryOptions | null,
  precedingWrites: AttemptWrite[],
): Decision {
  if (first === null) {
    return accept(row.id, { writes: [...precedingWrites, { do: 'create', attempt: revise(context, row, {}) }] });
  }
  const entry = applyEntry({ ...context, attempt: null, others: liveAttempts(context) }, row, first);
  const removals = entry.cleared.map((attempt): AttemptWrite => ({ do: 'remove', attempt }));
  const kept = precedingWrites.filter((write) =>
    entry.cleared.every(({ id }) => write.do !== 'save' || write.after.id !== id),
  );
  const { after: attempt, archive, effects } = entry;
  return accept(row.id, { writes: [...kept, { do: 'create', attempt }, ...removals], archive, effects });
}

function demotePrevious(context: DecisionContext, previous: Attempt, resumes: boolean): AttemptWrite {
  const changes = { isCurrent: false, ...(resumes ? { resumed: true, isResumable: false } : {}) };
  return { do: 'save', before: previous, after: revise(context, previous, changes) };
}

function firstStatus(command: CreateCommand, row: Attempt, { exam }: DecisionContext): EntryOptions | null {
  if (command.byLearner && exam.isProctored && !row.takingAsProctored) return { to: 'declined' };
  return command.start && !isOnboardingRefusal(row.status) ? { to: 'started' } : null;
}
