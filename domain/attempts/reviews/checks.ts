import type { DecisionErrorCode } from '../decision';
import type { Attempt } from '../model';
import type { ReviewCheck, RuleSet } from '../rule-sets';
import type { ReviewPayload } from './payload';

/** What payloads must match. */
export interface ReviewSubject {
  /** The attempt of the code, live or archived. */
  attempt: Pick<Attempt, 'code' | 'externalId'> | null;
  /** The attempt has a review already. */
  isReviewed: boolean;
  isProctored: boolean;
}

export interface ReviewFault {
  code: DecisionErrorCode;
  detail: string;
}

type CheckRules = Pick<RuleSet, 'reviewCheckOrder' | 'allowCallbackSimulation' | 'allowReviewUpdates'>;
type Check = (payload: ReviewPayload, subject: ReviewSubject, rules: CheckRules) => ReviewFault | null;

/**
 * The first thing wrong with a review, in the order of the rule set: a payload with two faults is refused for the one the
 * recorded system would have named (reviews.json and seed_variants.json, family two_faults). Null = it may be stored.
 */
export function findReviewFault(payload: ReviewPayload, subject: ReviewSubject, rules: CheckRules): ReviewFault | null {
  const checks = [
    ...(payload.protocol === 'rest' ? [CHECKS.code, checkProctored] : []),
    ...rules.reviewCheckOrder.map((name) => CHECKS[name]),
    ...[checkVerdict, checkComments],
  ];
  for (const check of checks) {
    const fault = check(payload, subject, rules);
    if (fault) return fault;
  }
  return null;
}

const checkVerdict: Check = ({ verdict }) =>
  verdict === undefined
    ? { code: 'bad-review-status', detail: 'The review status is not one of the known words.' }
    : null;

const CHECKS: Record<ReviewCheck, Check> = {
  fields: ({ missingFields }) =>
    missingFields.length > 0 ? { code: 'bad-request', detail: `Missing: ${missingFields.join(', ')}.` } : null,
  status: checkVerdict,
  code: ({ attemptCode }, { attempt }) =>
    attempt === null || attempt.code !== attemptCode
      ? { code: 'attempt-not-found', detail: 'There is no attempt of this code.' }
      : null,
  externalId: ({ externalId }, { attempt }, rules) => externalIdFault(externalId, attempt?.externalId ?? null, rules),
  duplicate: (_, { isReviewed }, { allowReviewUpdates }) =>
    isReviewed && !allowReviewUpdates
      ? { code: 'review-already-exists', detail: 'The attempt has a review, and updates are not allowed.' }
      : null,
  videoLink: ({ videoUrl }) =>
    videoUrl === undefined ? { code: 'bad-request', detail: 'Missing: videoReviewLink.' } : null,
};

/**
 * Case is ignored, blanks are not. Simulation accepts whatever is given, but never for an attempt that no provider has
 * registered (reviews.json, psi_external_id).
 */
function externalIdFault(
  given: string | undefined,
  recorded: string | null,
  { allowCallbackSimulation }: CheckRules,
): ReviewFault | null {
  if (given === undefined) return { code: 'bad-request', detail: 'The external id is missing.' };
  const matches = recorded !== null && (allowCallbackSimulation || recorded.toLowerCase() === given.toLowerCase());
  if (matches) return null;
  return { code: 'suspicious-lookup', detail: 'The external id is not the one recorded for the attempt.' };
}

const checkProctored: Check = (_, { isProctored }) =>
  isProctored ? null : { code: 'exam-no-longer-proctored', detail: 'The exam is no longer proctored.' };

const checkComments: Check = ({ comments }) =>
  comments === undefined ? { code: 'bad-request', detail: 'A comment lacks one of its fields.' } : null;
