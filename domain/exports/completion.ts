import type { GradeLabels } from './channels';
import type { CertificateAnswer, CourseDetails, GradeAnswer, Moment, Percent } from './model';
import { momentOf } from './moments';

/** A learner's progress in a course, with the channel's labels. */
export interface Completion {
  completed: Moment | null;
  grade: string | null;
  isPassing: boolean | null;
  percent: Percent;
}

const NO_PERCENT: Percent = { value: null, asGiven: null };

/**
 * Only exactly `instructor` makes the certificate decide, and never for audit enrollments
 * (docs/recorded-behaviour.md#export-rule-7).
 */
export function gradeSourceOf({ pacing }: CourseDetails, isAudit: boolean): 'certificate' | 'grade' {
  return pacing === 'instructor' && !isAudit ? 'certificate' : 'grade';
}

/**
 * Completion by certificate (docs/recorded-behaviour.md#export-rule-8): without one the course is in progress; one
 * without a date was given now; one whose date is unreadable has no date, but keeps its grade.
 */
export function completionByCertificate(answer: CertificateAnswer, asOf: Date, labels: GradeLabels): Completion {
  if (!answer.found) return { completed: null, grade: labels.incomplete, isPassing: false, percent: NO_PERCENT };
  const { createdAt, isPassing, percent } = answer;
  const grade = isPassing === true ? labels.passing : labels.failing;
  const date = createdAt === 'unreadable' ? null : createdAt;
  return { completed: date === 'not-given' ? momentOf(asOf) : date, grade, isPassing, percent };
}

/**
 * Completion by grade (docs/recorded-behaviour.md#export-rule-9): the end of the course decides, a pass before that
 * completes at once, also for audit enrollments. An end at this very moment has not passed.
 */
export function completionByGrade(
  answer: GradeAnswer,
  { end }: CourseDetails,
  { asOf, isAudit, labels }: { asOf: Date; isAudit: boolean; labels: GradeLabels },
): Completion {
  if (!answer.found) return { completed: null, grade: null, isPassing: null, percent: NO_PERCENT };
  const { passed: isPassing, percent } = answer;
  if (end !== null && end.at < asOf) {
    const gradeLabel = isPassing === true ? labels.passing : labels.failing;
    return { completed: end, grade: isAudit ? labels.audit : gradeLabel, isPassing, percent };
  }
  if (isPassing === true) return { completed: momentOf(asOf), grade: labels.passing, isPassing, percent };
  return { completed: null, grade: labels.incomplete, isPassing, percent };
}
