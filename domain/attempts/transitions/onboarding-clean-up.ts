import type { World } from '../decision';
import type { EffectDraft } from '../effects';
import type { Attempt, Exam } from '../model';
import { isCompleted, isOnboardingRefusal } from '../statuses';
import { effectOf } from './entry';

/** The provider forgets an attempt only if it has ever known it, i.e. has given it an id (removals.json). */
export function providerRemoval(exam: Exam, attempt: Attempt): EffectDraft[] {
  if (!exam.isProctored || exam.provider === null || attempt.externalId === null) return [];
  const action = { name: 'provider.remove', provider: exam.provider.name, externalId: attempt.externalId } as const;
  return [effectOf(attempt, action)];
}

/**
 * A completed onboarding attempt proves the learner's profile: all attempts refused for want of one go away, in every
 * course, and the attempt itself if it has just become a refused one (transitions.json, family onboarding_clears).
 */
export function onboardingCleanUp(world: World, after: Attempt): { cleared: Attempt[]; effects: EffectDraft[] } {
  const { exam, rules } = world;
  const isOnboarding = exam.isProctored && exam.isPracticeExam && exam.provider?.supportsOnboarding === true;
  if (!rules.extendedEffects || !isOnboarding || !isCompleted(after.status, rules)) return { cleared: [], effects: [] };
  const elsewhere = world.refusedElsewhere.filter(({ attempt }) => attempt.id !== after.id);
  const going = elsewhere.map((one) => ({ ...one, attempt: { ...one.attempt, version: one.attempt.version + 1 } }));
  if (isOnboardingRefusal(after.status)) going.push({ attempt: after, exam });
  return {
    cleared: going.map(({ attempt }) => attempt),
    effects: going.flatMap((one) => providerRemoval(one.exam, one.attempt)),
  };
}
