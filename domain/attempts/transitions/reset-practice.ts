import type { Decision, World, Write } from '../decision';
import type { EffectDraft } from '../effects';
import type { Attempt, NewAttempt } from '../model';
import { isIncomplete } from '../statuses';
import { newRow } from './new-attempt';
import { revised } from './entry';
import { providerRemoval } from './onboarding-clean-up';
import { refuse } from './refusals';
import { registration } from './registration';
import { afterRemoval } from './remove';

/**
 * The learner starts a practice exam over: a submitted attempt is removed, any other finished one is put aside as
 * `onboarding_reset`, and a new one takes its place; verified and running ones are not reset (removals.json, reset_practice).
 * Past the due date nothing happens at all (WANTED.md P3).
 */
export function resetPractice(world: World, attempt: Attempt, newAttempt: NewAttempt): Decision {
  if (!world.exam.isPracticeExam) return refuse('action-not-allowed', 'Only practice exams may be reset.');
  if (attempt.status === 'verified' || isIncomplete(attempt.status)) {
    return refuse('action-not-allowed', `An attempt in "${attempt.status}" cannot be reset.`);
  }
  const { takingAsProctored } = attempt;
  const timeRemainingSeconds = resumes(attempt) ? attempt.timeRemainingSeconds : null;
  const registered = registration(world, newAttempt, takingAsProctored, timeRemainingSeconds);
  if ('kind' in registered) return registered;
  const row = newRow(world, newAttempt, { takingAsProctored, registered, timeRemainingSeconds });
  const outgoing = attempt.status === 'submitted' ? removal(world, attempt) : setAside(world, attempt);
  const created: Write = { do: 'create', attempt: revised(world, row, {}) };
  return { kind: 'accepted', attemptId: row.id, ...outgoing, writes: [...outgoing.writes, created] };
}

/** One that waits to be resumed is resumed by the new attempt, as by any other (traces_dev.json, `reset_practice`). */
function resumes({ status, readyToResume, resumed }: Attempt): boolean {
  return status !== 'submitted' && (readyToResume || resumed);
}

interface Outgoing {
  writes: Write[];
  archive: Attempt[];
  effects: EffectDraft[];
}

function removal(world: World, attempt: Attempt): Outgoing {
  const removed = revised(world, attempt, {});
  const atProvider = world.rules.extendedEffects ? providerRemoval(world.exam, removed) : [];
  const effects = [...atProvider, ...afterRemoval(world, removed, attempt.userId)];
  return { writes: [{ do: 'remove', attempt }], archive: [attempt], effects };
}

function setAside(world: World, attempt: Attempt): Outgoing {
  const resumed = resumes(attempt) ? { resumed: true, isResumable: false } : {};
  const aside = { status: 'onboarding_reset', isCurrent: false, reviewDueAt: null } as const;
  const after = revised(world, attempt, { ...aside, ...resumed });
  const archive = attempt.status === 'onboarding_reset' ? [] : [attempt];
  return { writes: [{ do: 'save', before: attempt, after }], archive, effects: [] };
}
