import type { Decision, DecisionContext } from '../decision';
import type { Attempt, NewAttempt } from '../model';
import { isIncomplete } from '../statuses';
import { accept, type Accepted, acceptChanges, revise } from './accept';
import { newRow } from './new-attempt';
import { providerRemoval } from './onboarding-clean-up';
import { refuse } from './refuse';
import { checkRegistration } from './registration';
import { removalEffects } from './remove';

/**
 * The learner starts a practice exam over: a submitted attempt is removed, any other finished one is put aside as
 * `onboarding_reset`, and a new one takes its place; verified and running ones are not reset (removals.json,
 * reset_practice). Past the due date nothing happens at all (docs/decided-differences.md#p3).
 */
export function resetPractice(context: DecisionContext, attempt: Attempt, newAttempt: NewAttempt): Decision {
  if (!context.exam.isPracticeExam) return refuse('action-not-allowed', 'Only practice exams may be reset.');
  if (attempt.status === 'verified' || isIncomplete(attempt.status)) {
    return refuse('action-not-allowed', `An attempt in "${attempt.status}" cannot be reset.`);
  }
  const { takingAsProctored } = attempt;
  const timeRemainingSeconds = resumes(attempt) ? attempt.timeRemainingSeconds : null;
  const registered = checkRegistration(context, newAttempt, takingAsProctored, timeRemainingSeconds);
  if ('kind' in registered) return registered;
  const row = newRow(context, newAttempt, { takingAsProctored, registered, timeRemainingSeconds });
  const previous = attempt.status === 'submitted' ? removePrevious(context, attempt) : resetPrevious(context, attempt);
  const created = { do: 'create', attempt: revise(context, row, {}) } as const;
  return { ...previous, attemptId: row.id, writes: [...previous.writes, created] };
}

/** One that waits to be resumed is resumed by the new attempt, as by any other (traces_dev.json, `reset_practice`). */
function resumes({ status, readyToResume, resumed }: Attempt): boolean {
  return status !== 'submitted' && (readyToResume || resumed);
}

function removePrevious(context: DecisionContext, attempt: Attempt): Accepted {
  const removed = revise(context, attempt, {});
  const providerEffects = context.rules.extendedEffects ? providerRemoval(removed) : [];
  const effects = [...providerEffects, ...removalEffects(context, removed, attempt.userId)];
  return accept(attempt.id, { writes: [{ do: 'remove', attempt }], archive: [attempt], effects });
}

function resetPrevious(context: DecisionContext, attempt: Attempt): Accepted {
  const resumed = resumes(attempt) ? { resumed: true, isResumable: false } : {};
  const fields = { status: 'onboarding_reset', isCurrent: false, reviewDueAt: null } as const;
  const archive = attempt.status === 'onboarding_reset' ? [] : [attempt];
  return { ...acceptChanges(context, attempt, { ...fields, ...resumed }), archive };
}
