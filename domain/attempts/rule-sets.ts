import type { AttemptStatus } from './statuses';

/** The checks of a review, by the names `reviewCheckOrder` uses (domain/attempts/reviews/checks.ts). */
export const REVIEW_CHECKS = ['fields', 'status', 'code', 'externalId', 'duplicate', 'videoLink'] as const;

export type ReviewCheck = (typeof REVIEW_CHECKS)[number];

/** What varies between proctoring systems, as data. Chosen per provider by name; each field can be overridden. */
export interface RuleSet {
  name: 'classic' | 'current';
  /**
   * `true`: timed_out is a status of its own; `false`: it becomes submitted; `unset`: from `created` it stays
   * timed_out, else submitted (docs/recorded-behaviour.md#classic-1).
   */
  allowTimedOutState: boolean | 'unset';
  cascadingStatuses: readonly AttemptStatus[];
  completedToErrorAllowed: boolean;
  sameStatusIsNoop: boolean;
  /** In progress -> pre-started becomes submitted, instead of letting the attempt go back (transitions.json). */
  reattemptBecomesSubmitted: boolean;
  /**
   * Provider calls, completion, grades, certificates, resumability and the onboarding clean-up. The specification's
   * functions know none of them (docs/recorded-behaviour.md#files-and-families).
   */
  extendedEffects: boolean;
  creditStatusForDeclined: 'declined' | 'failed';
  /** `ask`: the grades service's switch decides; `never`: rejection leaves grades alone. */
  gradeOverrideOnRejection: 'ask' | 'never';
  /** Allowed minutes are fixed at start; otherwise they stay unset and limit and allowance as they are now count. */
  timeFixedAtStart: boolean;
  archiveRule: 'old-status-on-change';
  passingReviewStatuses: readonly string[];
  /** The same for vendors of the REST protocol. */
  passingRestStatuses: readonly string[];
  /** What a passing review makes of an attempt that was never handed in. */
  neverSubmittedStatus: AttemptStatus;
  notReviewedStatus: AttemptStatus;
  secondReviewForFailures: boolean;
  allowReviewUpdates: boolean;
  reviewCheckOrder: readonly ReviewCheck[];
  allowCallbackSimulation: boolean;
  /** On: the exam continues when the browser loses the proctoring software; off: an error is reported (timing.json, `resume`). */
  pingFailurePassthrough: boolean;
  /** How long a vendor's review may take before it is flagged; 0 = no limit. */
  reviewSlaMs: number;
}

const FIVE_DAYS_MS = 5 * 24 * 3_600_000;

/** The specification, with the later form of the status update (docs/recorded-behaviour.md#the-specification). */
export const classic: RuleSet = {
  name: 'classic',
  allowTimedOutState: 'unset',
  cascadingStatuses: ['rejected', 'declined'],
  completedToErrorAllowed: false,
  sameStatusIsNoop: true,
  reattemptBecomesSubmitted: false,
  extendedEffects: false,
  creditStatusForDeclined: 'failed',
  gradeOverrideOnRejection: 'never',
  timeFixedAtStart: false,
  archiveRule: 'old-status-on-change',
  passingReviewStatuses: ['Clean', 'Suspicious'],
  passingRestStatuses: ['Clean', 'Suspicious'],
  neverSubmittedStatus: 'verified',
  notReviewedStatus: 'rejected',
  secondReviewForFailures: false,
  allowReviewUpdates: false,
  reviewCheckOrder: ['fields', 'status', 'code', 'externalId', 'duplicate', 'videoLink'],
  allowCallbackSimulation: false,
  pingFailurePassthrough: false,
  reviewSlaMs: FIVE_DAYS_MS,
};

/** edx-proctoring 6.1.4 with its default settings: the recorded files other than the two classic ones. */
export const current: RuleSet = {
  name: 'current',
  allowTimedOutState: false,
  cascadingStatuses: ['declined'],
  completedToErrorAllowed: true,
  sameStatusIsNoop: false,
  reattemptBecomesSubmitted: true,
  extendedEffects: true,
  creditStatusForDeclined: 'declined',
  gradeOverrideOnRejection: 'ask',
  timeFixedAtStart: true,
  archiveRule: 'old-status-on-change',
  passingReviewStatuses: ['Clean', 'Rules Violation'],
  passingRestStatuses: ['Clean'],
  neverSubmittedStatus: 'error',
  notReviewedStatus: 'error',
  secondReviewForFailures: true,
  allowReviewUpdates: true,
  reviewCheckOrder: ['code', 'externalId', 'status', 'duplicate'],
  allowCallbackSimulation: false,
  pingFailurePassthrough: false,
  reviewSlaMs: FIVE_DAYS_MS,
};
