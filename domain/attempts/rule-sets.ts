import { ATTEMPT_STATUSES, type AttemptStatus } from './statuses';

/** The checks of a review, by the names `reviewCheckOrder` uses (domain/attempts/reviews/checks.ts). */
export const REVIEW_CHECKS = ['fields', 'status', 'code', 'externalId', 'duplicate', 'videoLink'] as const;

export type ReviewCheck = (typeof REVIEW_CHECKS)[number];

/** What varies between proctoring systems, as data. Chosen per provider by name; each field can be overridden. */
export interface RuleSet {
  name: 'classic' | 'current';
  /**
   * `true`: timed_out is a status of its own; `false`: it becomes submitted; `unset`: from `created` it stays timed_out,
   * else submitted (spec 001 example 3; golden traces_classic_dev.json note 1).
   */
  allowTimedOutState: boolean | 'unset';
  cascadingStatuses: readonly AttemptStatus[];
  completedToErrorAllowed: boolean;
  sameStatusIsNoop: boolean;
  /** In progress -> pre-started becomes submitted, instead of letting the attempt go back (transitions.json). */
  reattemptBecomesSubmitted: boolean;
  /**
   * Provider calls, completion, grades, certificates, resumability and the onboarding clean-up. The specification's
   * functions know none of them (golden/proctoring/README.md, `seed_variants.json`).
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

/** The specification: seed_variants.json, and 001 example 3 where its examples differ (traces_classic_dev.json). */
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

/** Fields of a rule set that a configuration changes; `name` is chosen, not overridden. */
export type RuleOverrides = Partial<Omit<RuleSet, 'name'>>;

type Check = (value: unknown) => boolean;

const isBoolean: Check = (value) => typeof value === 'boolean';
const isText: Check = (value) => typeof value === 'string';
const isStatus: Check = (value) => (ATTEMPT_STATUSES as readonly unknown[]).includes(value);
const oneOf =
  (...allowed: unknown[]): Check =>
  (value) =>
    allowed.includes(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const CHECKS: Record<keyof Omit<RuleSet, 'name'>, Check> = {
  allowTimedOutState: oneOf(true, false, 'unset'),
  cascadingStatuses: listOf(isStatus),
  completedToErrorAllowed: isBoolean,
  sameStatusIsNoop: isBoolean,
  reattemptBecomesSubmitted: isBoolean,
  extendedEffects: isBoolean,
  creditStatusForDeclined: oneOf('declined', 'failed'),
  gradeOverrideOnRejection: oneOf('ask', 'never'),
  timeFixedAtStart: isBoolean,
  archiveRule: oneOf('old-status-on-change'),
  passingReviewStatuses: listOf(isText),
  passingRestStatuses: listOf(isText),
  neverSubmittedStatus: isStatus,
  notReviewedStatus: isStatus,
  secondReviewForFailures: isBoolean,
  allowReviewUpdates: isBoolean,
  reviewCheckOrder: listOf(oneOf(...REVIEW_CHECKS)),
  allowCallbackSimulation: isBoolean,
  pingFailurePassthrough: isBoolean,
  reviewSlaMs: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};

/**
 * The named rule set with the overrides laid over it. Throws on anything it does not know, naming every wrong field, so
 * that a misspelt rule stops the start instead of deciding exams by the default.
 */
export function resolveRules(name: string, overrides: RuleOverrides | Record<string, unknown> = {}): RuleSet {
  const base = name === 'classic' ? classic : name === 'current' ? current : undefined;
  if (base === undefined) throw new Error(`unknown rule set "${name}": expected classic or current`);
  const checks: Record<string, Check> = CHECKS;
  const faults = Object.entries(overrides).flatMap(([field, value]) => {
    const check = Object.hasOwn(checks, field) ? checks[field] : undefined;
    if (check === undefined) return [`${field}: unknown field`];
    return check(value) ? [] : [`${field}: bad value ${JSON.stringify(value)}`];
  });
  if (faults.length > 0) throw new Error(`rule set "${name}": ${faults.join('; ')}`);
  return { ...base, ...overrides };
}
