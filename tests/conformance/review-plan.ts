import type { Exam } from '../../domain/attempts/model';
import type { RuleSet } from '../../domain/attempts/rule-sets';
import type { GoldenCase, GoldenFile, GoldenReviewStep } from '../golden/cases';
import { caseExam } from '../golden/initial';
import { goldenAttempt } from '../golden/rows';
import { rulesOf } from '../unit/domain/attempts/golden-runs';
import { forced, rulesOfReview } from '../unit/domain/attempts/reviews/golden-review-runs';
import type { CaseCaller, CasePlan, Operation } from './case-plan';

const READY = ['psi_start_exam', 'rest_ready'];

/** Families about what vendors call back, and what a person makes of it. */
export function isAboutReviews({ family = '', channel, payload }: GoldenCase): boolean {
  return (
    channel !== undefined || payload !== undefined || [...READY, 'review', 'staff_changes_review'].includes(family)
  );
}

/** The rules a case was recorded under, whatever it is about. */
export function rulesOfCase(one: GoldenCase): RuleSet {
  return isAboutReviews(one) ? rulesOfReview(one) : rulesOf(one);
}

/** A case of reviews.json, or of the specification's reviews in seed_variants.json. */
export function reviewCase(file: GoldenFile, one: GoldenCase): CasePlan {
  const recorded = caseExam(file, one);
  const isThere = one.attempt_status !== null;
  const attempt = goldenAttempt('a1', recorded, one.attempt_status ?? 'created', new Date(file.now), forced(one));
  const channel = channelOf(one);
  return {
    initial: { exams: [prepared(recorded, one)], attempts: isThere ? [attempt] : [] },
    by: callerOf(one, channel),
    answers: {},
    before: broughtAbout(one),
    steps: (one.steps ?? [one]).map((step) => ({ operation: operationOf(one, step, channel), expected: step })),
  };
}

/** Where a case does not say, the provider's own. */
function channelOf({ channel, family, kind }: GoldenCase): 'psi' | 'rest' {
  if (channel !== undefined || family === 'psi_start_exam') return channel ?? 'psi';
  return family === 'rest_ready' || kind === 'onboarding' || kind === 'proctored_rest' ? 'rest' : 'psi';
}

function operationOf({ family = '' }: GoldenCase, step: GoldenReviewStep, channel: 'psi' | 'rest'): Operation {
  if (READY.includes(family)) return { do: 'ready', protocol: channel };
  if (step.update_to !== undefined) return { do: 'changeAttempt', attempt: 'a1', body: { status: step.update_to } };
  if (step.staff_sets_review_status !== undefined) {
    return { do: 'setReview', reviewStatus: step.staff_sets_review_status };
  }
  const { payload = {}, external_id: externalId = 'ext-a1' } = step;
  return { do: 'review', protocol: channel, payload, externalId };
}

/** REST reviews came from a group of reviewers, or from staff; here both are tokens of scope callbacks. */
function callerOf({ user }: GoldenCase, channel: 'psi' | 'rest'): CaseCaller {
  if (channel === 'psi') return 'staff';
  return user === undefined || user === 'reviewer' || user === 'staff' ? 'vendor' : (user as CaseCaller);
}

function broughtAbout({ prepare, removed_before: removed }: GoldenCase): Operation[] {
  if (!removed && !prepare?.startsWith('remove')) return [];
  const removal: Operation = { do: 'remove', attempt: 'a1', requestedBy: 'staff' };
  return prepare === 'remove_and_retake' ? [removal, { do: 'create', exam: 'e1' }] : [removal];
}

function prepared(exam: Exam, { prepare }: GoldenCase): Exam {
  if (prepare === 'make_timed') return { ...exam, isProctored: false };
  if (prepare === 'deactivate_exam') return { ...exam, isActive: false };
  return prepare === 'change_backend' ? { ...exam, provider: 'rest' } : exam;
}
