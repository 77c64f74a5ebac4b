import type { DecisionContext } from '../decision';
import type { EffectDraft } from '../effects';
import type { Attempt, Exam } from '../model';
import { isCompleted, isOnboardingRefusal } from '../statuses';
import { draftEffect } from './status-entry';

/** Removal at the provider, only for an attempt it has registered, i.e. given an id (removals.json). */
export function providerRemoval(exam: Exam, attempt: Attempt): EffectDraft[] {
  if (!exam.isProctored || exam.provider === null || attempt.externalId === null) return [];
  const action = { name: 'provider.remove', provider: exam.provider.name, externalId: attempt.externalId } as const;
  return [draftEffect(attempt, action)];
}

/**
 * A completed onboarding attempt proves the learner's profile: all attempts refused for want of one go away, in every
 * course, and the attempt itself if it has just become a refused one (transitions.json, family onboarding_clears).
 */
export function onboardingCleanUp(
  context: DecisionContext,
  after: Attempt,
): { cleared: Attempt[]; effects: EffectDraft[] } {
  const { exam, rules } = context;
  const isOnboarding = exam.isProctored && exam.isPracticeExam && exam.provider?.supportsOnboarding === true;
  if (!rules.extendedEffects || !isOnboarding || !isCompleted(after.status, rules)) return { cleared: [], effects: [] };
  const elsewhere = context.refusedElsewhere.filter(({ attempt }) => attempt.id !== after.id);
  const toRemove = elsewhere.map((one) => ({ ...one, attempt: { ...one.attempt, version: one.attempt.version + 1 } }));
  if (isOnboardingRefusal(after.status)) toRemove.push({ attempt: after, exam });
  return {
    cleared: toRemove.map(({ attempt }) => attempt),
    effects: toRemove.flatMap((one) => providerRemoval(one.exam, one.attempt)),
  };
}
