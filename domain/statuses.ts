/**
 * The statuses of an exam attempt and the classes the rules speak of.
 * Source: golden/proctoring/FEATURES.md section 1; the classic classes are in seed_variants.json `status_classes`.
 */
export const ATTEMPT_STATUSES = [
  'eligible',
  'created',
  'download_software_clicked',
  'ready_to_start',
  'started',
  'ready_to_submit',
  'declined',
  'timed_out',
  'submitted',
  'second_review_required',
  'verified',
  'rejected',
  'error',
  'expired',
  'onboarding_reset',
  'onboarding_missing',
  'onboarding_pending',
  'onboarding_failed',
  'onboarding_expired',
  'not_reviewed',
] as const;

export type AttemptStatus = (typeof ATTEMPT_STATUSES)[number];

/** Statuses by which a provider refuses a registration because the learner has no valid onboarding profile. */
export const ONBOARDING_REFUSALS = [
  'onboarding_missing',
  'onboarding_pending',
  'onboarding_failed',
  'onboarding_expired',
] as const;

export type OnboardingRefusal = (typeof ONBOARDING_REFUSALS)[number];

/** What an operator sees and filters by; upserted as the search attribute AttemptPhase. */
export const ATTEMPT_PHASES = ['open', 'in_exam', 'awaiting_review', 'decided', 'removed'] as const;

export type AttemptPhase = (typeof ATTEMPT_PHASES)[number];
