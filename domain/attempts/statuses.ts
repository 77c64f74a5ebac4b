/**
 * The statuses of an exam attempt and the classes the rules use.
 * Source: docs/recorded-behaviour.md#attempt-statuses; the classic classes are in seed_variants.json `status_classes`.
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

const PRE_STARTED: ReadonlySet<string> = new Set(['created', 'download_software_clicked', 'ready_to_start']);
const IN_PROGRESS: ReadonlySet<string> = new Set(['started', 'ready_to_submit']);
const COMPLETED: ReadonlySet<string> = new Set([
  'declined',
  'timed_out',
  'submitted',
  'second_review_required',
  'verified',
  'rejected',
  'error',
  ...ONBOARDING_REFUSALS,
]);

/** The part of a rule set that the status classes depend on. */
export interface StatusRules {
  name: 'classic' | 'current';
}

/**
 * `not_reviewed` is a status of the specification only, elsewhere an unknown string (docs/decided-differences.md#p12).
 */
export function isKnownStatus(status: string, rules: StatusRules): status is AttemptStatus {
  if (status === 'not_reviewed') return rules.name === 'classic';
  return (ATTEMPT_STATUSES as readonly string[]).includes(status);
}

/** A completed status is never followed by an incomplete one. */
export function isCompleted(status: AttemptStatus, rules: StatusRules): boolean {
  return COMPLETED.has(status) || (status === 'not_reviewed' && rules.name === 'classic');
}

/** `expired` and `onboarding_reset` are neither incomplete nor completed. */
export function isIncomplete(status: AttemptStatus): boolean {
  return status === 'eligible' || PRE_STARTED.has(status) || IN_PROGRESS.has(status);
}

/**
 * Registered, but the learner has not begun; without `eligible`, as recorded
 * (docs/recorded-behaviour.md#attempt-statuses).
 */
export function isPreStarted(status: AttemptStatus): boolean {
  return PRE_STARTED.has(status);
}

export function isInProgress(status: AttemptStatus): boolean {
  return IN_PROGRESS.has(status);
}

export function isOnboardingRefusal(status: AttemptStatus): status is OnboardingRefusal {
  return (ONBOARDING_REFUSALS as readonly string[]).includes(status);
}

/** What `phaseOf` looks at; an attempt row has all of it. */
export interface PhaseFacts {
  status: AttemptStatus;
  takingAsProctored: boolean;
  isSampleAttempt: boolean;
}

/** Whether a vendor's review is expected while the attempt is in its status: never for practice or open attempts. */
export function awaitsReview(attempt: PhaseFacts): boolean {
  const reviewed = attempt.status === 'submitted' || attempt.status === 'second_review_required';
  return reviewed && attempt.takingAsProctored && !attempt.isSampleAttempt;
}

/** The phase of a live attempt; a person still has to look at every `second_review_required`, practice or not. */
export function phaseOf(attempt: PhaseFacts): AttemptPhase {
  if (isInProgress(attempt.status)) return 'in_exam';
  if (isIncomplete(attempt.status)) return 'open';
  if (attempt.status === 'second_review_required' || awaitsReview(attempt)) return 'awaiting_review';
  return 'decided';
}
