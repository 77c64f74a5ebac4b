import { momentOf } from './instants';
import type { GradeWords } from './channels';
import type { CertificateAnswer, CourseDetails, GradeAnswer, Moment, Percent } from './model';

/** How far a learner has come in a course, in the channel's words. */
export interface Completion {
  completed: Moment | null;
  grade: string | null;
  isPassing: boolean | null;
  percent: Percent;
}

const NO_PERCENT: Percent = { value: null, asGiven: null };

/** Only exactly `instructor` makes the certificate decide, and never for audit enrollments (golden README, rule 7). */
export function sourceOf({ pacing }: CourseDetails, isAudit: boolean): 'certificate' | 'grade' {
  return pacing === 'instructor' && !isAudit ? 'certificate' : 'grade';
}

/**
 * Completion by certificate (golden README, rule 8): without one the course is in progress; one without a date was given
 * now; one whose date nobody can read has no date, though its grade stands.
 */
export function completionByCertificate(answer: CertificateAnswer, asOf: Date, words: GradeWords): Completion {
  if (!answer.found) return { completed: null, grade: words.incomplete, isPassing: false, percent: NO_PERCENT };
  const { createdAt, isPassing, percent } = answer;
  const grade = isPassing === true ? words.passing : words.failing;
  const dated = createdAt === 'unreadable' ? null : createdAt;
  return { completed: dated === 'not-given' ? momentOf(asOf) : dated, grade, isPassing, percent };
}

/**
 * Completion by grade (golden README, rule 9): the end of the course decides, a pass before that completes at once, also
 * for audit enrollments. An end at this very moment has not passed.
 */
export function completionByGrade(
  answer: GradeAnswer,
  { end }: CourseDetails,
  { asOf, isAudit, words }: { asOf: Date; isAudit: boolean; words: GradeWords },
): Completion {
  if (!answer.found) return { completed: null, grade: null, isPassing: null, percent: NO_PERCENT };
  const { passed: isPassing, percent } = answer;
  if (end !== null && end.at < asOf) {
    const judged = isPassing === true ? words.passing : words.failing;
    return { completed: end, grade: isAudit ? words.audit : judged, isPassing, percent };
  }
  if (isPassing === true) return { completed: momentOf(asOf), grade: words.passing, isPassing, percent };
  return { completed: null, grade: words.incomplete, isPassing, percent };
}
