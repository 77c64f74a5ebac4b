import type { Exam, ProviderFacts } from '../model';
import type { RuleSet } from '../rule-sets';
import type { AttemptStatus } from '../statuses';
import type { ReviewProtocol, Verdict } from './payload';

/** What a verdict depends on. */
export interface VerdictFacts {
  protocol: ReviewProtocol;
  exam: Pick<Exam, 'isPracticeExam'>;
  provider: ProviderFacts | null;
  /** The learner has handed the exam in, or its time was over, at some moment. */
  wasSubmitted: boolean;
  /** A known person gave the verdict, not only the vendor's machine. */
  byPerson: boolean;
}

/** The status an attempt gets by a verdict (docs/recorded-behaviour.md#verdicts). */
export function statusAfterReview(verdict: Verdict, facts: VerdictFacts, rules: RuleSet): AttemptStatus {
  if (passes(verdict, facts, rules)) return facts.wasSubmitted ? 'verified' : rules.neverSubmittedStatus;
  if (verdict === 'Not Reviewed') return rules.notReviewedStatus;
  const isOnboarding = facts.exam.isPracticeExam && facts.provider?.supportsOnboarding === true;
  const isFinal = facts.byPerson || isOnboarding || !rules.secondReviewForFailures;
  return isFinal ? 'rejected' : 'second_review_required';
}

/** REST vendors mean something else by "violation" than SoftwareSecure, whichever way their review comes. */
function passes(verdict: Verdict, { protocol, provider }: VerdictFacts, rules: RuleSet): boolean {
  const isRest = protocol === 'rest' || provider?.protocol === 'rest';
  return (isRest ? rules.passingRestStatuses : rules.passingReviewStatuses).includes(verdict);
}
