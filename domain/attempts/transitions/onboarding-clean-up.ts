import type { DecisionContext } from '../decision';
import type { EffectDraft } from '../effects';
import type { Attempt } from '../model';
import { isCompleted, isOnboardingRefusal } from '../statuses';
import { draftEffect } from './status-entry';

/** Removal at the provider that registered the attempt, i.e. gave it an id (removals.json). */
export function providerRemoval(attempt: Attempt): EffectDraft[] {
  const { provider, externalId } = attempt;
  if (provider === null || externalId === null) return [];
  return [draftEffect(attempt, { name: 'provider.remove', provider, externalId })];
}

/**
 * A completed onboarding attempt proves the learner's profile: all attempts refused for want of one go away, in every
 * course, and the attempt itself if it has just become a refused one (transitions.json, family onboarding_clears).
 */
export function onboardingCleanUp(
  context: DecisionContext,
  after: Attempt,
): { cleared: Attempt[]; effects: EffectDraft[] } {
  const { exam, rules, provider } = context;
  const isOnboarding = exam.isProctored && exam.isPracticeExam && provider?.supportsOnboarding === true;
  if (!rules.extendedEffects || !isOnboarding || !isCompleted(after.status, rules)) return { cleared: [], effects: [] };
  const elsewhere = context.refusedElsewhere.filter(({ id }) => id !== after.id);
  const cleared = elsewhere.map((attempt) => ({ ...attempt, version: attempt.version + 1 }));
  if (isOnboardingRefusal(after.status)) cleared.push(after);
  return { cleared, effects: cleared.flatMap(providerRemoval) };
}
