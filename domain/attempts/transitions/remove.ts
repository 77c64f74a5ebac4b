import type { Command } from '../commands';
import type { Decision, DecisionContext } from '../decision';
import type { EffectDraft } from '../effects';
import type { Attempt } from '../model';
import { creditStatusOf } from '../reporting';
import { accept, revise } from './accept';
import { providerRemoval } from './onboarding-clean-up';
import { refuse } from './refuse';
import { draftEffect, promoteNewest } from './status-entry';

/**
 * Removes an attempt; the archive keeps its last row. Where the provider must agree it is called first, and only
 * "removed" permits it (removals.json, family api).
 */
export function remove(context: DecisionContext, command: Extract<Command, { type: 'remove' }>): Decision {
  const { attempt, rules, answers } = context;
  if (attempt === null) return refuse('attempt-not-found', 'There is no such attempt.');
  const removed = revise(context, attempt, {});
  const providerEffects = rules.extendedEffects ? providerRemoval(removed) : [];
  const mustAsk = command.requireProviderRemoval === true && providerEffects.length > 0;
  const { id: attemptId, externalId, provider } = attempt;
  if (mustAsk && answers.removal === undefined && provider !== null) {
    return { kind: 'ask', question: { kind: 'removal', provider, attemptId, externalId } };
  }
  if (mustAsk && answers.removal === 'failed') {
    return refuse('provider-removal-failed', 'The proctoring provider did not confirm the removal.');
  }
  return accept(attempt.id, {
    writes: [{ do: 'remove', attempt }, ...promoteNewest(context, context.others, [attempt])],
    archive: [attempt],
    effects: [...(mustAsk ? [] : providerEffects), ...removalEffects(context, removed, command.requestedBy)],
  });
}

/** The effects of a removal, apart from those at the provider. */
export function removalEffects(
  context: DecisionContext,
  removed: Attempt,
  requestedBy: string | undefined,
): EffectDraft[] {
  const { rules } = context;
  const requestingUser = rules.extendedEffects && requestedBy !== undefined ? { requestingUser: requestedBy } : {};
  return [
    draftEffect(removed, { name: 'instructor.reset', ...requestingUser }),
    ...(rules.extendedEffects ? [draftEffect(removed, { name: 'grades.undoOverride' })] : []),
    ...(creditStatusOf(removed.status, rules) ? [draftEffect(removed, { name: 'credit.remove' })] : []),
  ];
}
