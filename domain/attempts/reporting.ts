import type { Attempt, Exam } from './model';
import type { RuleSet } from './rule-sets';
import { isKnownStatus, type AttemptStatus } from './statuses';

/** Which credit requirement status an attempt's status reports; undefined = it reports none. */
export function creditStatusOf(
  status: AttemptStatus,
  rules: RuleSet,
): 'satisfied' | 'submitted' | 'declined' | 'failed' | undefined {
  switch (status) {
    case 'verified':
      return 'satisfied';
    case 'submitted':
      return 'submitted';
    case 'declined':
      return rules.creditStatusForDeclined;
    case 'rejected':
    case 'error':
      return 'failed';
    case 'not_reviewed':
      return isKnownStatus(status, rules) ? 'failed' : undefined;
    default:
      return undefined;
  }
}

/**
 * The mail a learner gets on entry of a status; never for practice or open attempts
 * (docs/recorded-behaviour.md#attempt-statuses).
 */
export function mailFor(attempt: Attempt): 'submitted' | 'verified' | 'rejected' | undefined {
  if (!attempt.takingAsProctored || attempt.isSampleAttempt) return undefined;
  const { status } = attempt;
  return status === 'submitted' || status === 'verified' || status === 'rejected' ? status : undefined;
}

/**
 * Whether entering `to` may touch credit, grades, certificates, other exams and the learner's mailbox, given the learner's
 * other attempts on the exam: all must be verified for a verification, a rejected one outweighs a submission, and one that
 * is rejected or declined has already reported that (transitions.json, family two_attempts).
 */
export function mayReport(exam: Pick<Exam, 'isPracticeExam'>, others: Attempt[], to: AttemptStatus): boolean {
  if (exam.isPracticeExam) return true;
  const statuses = others.map((other) => other.status);
  switch (to) {
    case 'verified':
      return statuses.every((status) => status === 'verified');
    case 'submitted':
      return !statuses.includes('rejected');
    case 'rejected':
      return !statuses.includes('rejected') && !statuses.includes('declined');
    default:
      return true;
  }
}
