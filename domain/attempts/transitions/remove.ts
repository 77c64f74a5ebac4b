import type { Command } from '../commands';
import type { Decision, World } from '../decision';
import type { EffectDraft } from '../effects';
import type { Attempt } from '../model';
import { creditStatusOf } from '../reporting';
import { effectOf, promoteNewest, revised } from './entry';
import { providerRemoval } from './onboarding-clean-up';
import { refuse } from './refusals';

/**
 * Removes an attempt; the archive keeps its last row. Where the provider must agree it is asked first, and no answer but
 * "removed" lets the attempt go (removals.json, family api).
 */
export function remove(world: World, command: Extract<Command, { type: 'remove' }>): Decision {
  const { attempt, exam, rules, answers } = world;
  if (attempt === null) return refuse('attempt-not-found', 'There is no such attempt.');
  const removed = revised(world, attempt, {});
  const atProvider = rules.extendedEffects ? providerRemoval(exam, removed) : [];
  const mustAsk = command.requireProviderRemoval === true && atProvider.length > 0;
  if (mustAsk && answers.removal === undefined && exam.provider !== null) {
    const { id: attemptId, externalId } = attempt;
    return { kind: 'ask', question: { kind: 'removal', provider: exam.provider.name, attemptId, externalId } };
  }
  if (mustAsk && answers.removal === 'failed') {
    return refuse('provider-removal-failed', 'The proctoring provider did not confirm the removal.');
  }
  return {
    kind: 'accepted',
    attemptId: attempt.id,
    writes: [{ do: 'remove', attempt }, ...promoteNewest(world, world.others, [attempt])],
    archive: [attempt],
    effects: [...(mustAsk ? [] : atProvider), ...afterRemoval(world, removed, command.requestedBy)],
  };
}

/** What is due outside once an attempt is gone, apart from the provider. */
export function afterRemoval(world: World, removed: Attempt, requestedBy: string | undefined): EffectDraft[] {
  const { rules } = world;
  const requestingUser = rules.extendedEffects && requestedBy !== undefined ? { requestingUser: requestedBy } : {};
  return [
    effectOf(removed, { name: 'instructor.reset', ...requestingUser }),
    ...(rules.extendedEffects ? [effectOf(removed, { name: 'grades.undoOverride' })] : []),
    ...(creditStatusOf(removed.status, rules) ? [effectOf(removed, { name: 'credit.remove' })] : []),
  ];
}
