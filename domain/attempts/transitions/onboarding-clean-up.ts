import type { DecisionContext, RefusedElsewhere } from '../decision';
import type { EffectDraft } from '../effects';
import type { Attempt } from '../model';
import { isCompleted, isOnboardingRefusal } from '../statuses';
import { draftEffect } from './status-entry';

/** Removal at the provider, only for an attempt it has registered, i.e. given an id (removals.json). */
export function providerRemoval({ exam, attempt }: RefusedElsewhere): EffectDraft[] {
  const { isProctored, effectiveProvider: provider } = exam;
  const { externalId } = attempt;
  if (!isProctored || provider === null || externalId === null) return [];
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
  const elsewhere = context.refusedElsewhere.filter(({ attempt }) => attempt.id !== after.id);
  const toRemove: RefusedElsewhere[] = elsewhere.map((one) => ({
    ...one,
    attempt: { ...one.attempt, version: one.attempt.version + 1 },
  }));
  if (isOnboardingRefusal(after.status)) toRemove.push({ attempt: after, exam });
  return { cleared: toRemove.map(({ attempt }) => attempt), effects: toRemove.flatMap(providerRemoval) };
}
