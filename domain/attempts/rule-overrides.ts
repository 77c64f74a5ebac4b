import { classic, current, REVIEW_CHECKS, type RuleSet } from './rule-sets';
import { ATTEMPT_STATUSES } from './statuses';

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
