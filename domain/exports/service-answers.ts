import type { Decimal } from './decimal';

/** An instant, and its day in the offset it was written with: channels that take days get that day. */
export interface Moment {
  at: Date;
  day: string;
}

/** One course run as the courses service describes it, fetched once per export run. */
export interface CourseDetails {
  courseRunId: string;
  title: string | null;
  pacing: string | null;
  end: Moment | null;
  estimatedHours: number | null;
}

/** A percent: its value, and the text given where it is no number (`98%`, `A` were seen). */
export interface Percent {
  value: Decimal | null;
  asGiven: string | null;
}

/** The decoded answer of the grades service. */
export type GradeAnswer = { found: false } | { found: true; passed: boolean | null; percent: Percent };

/** The decoded answer of the certificates service. `createdAt: 'unreadable'` = a text was given that is no date. */
export type CertificateAnswer =
  | { found: false }
  | { found: true; isPassing: boolean | null; percent: Percent; createdAt: Moment | 'not-given' | 'unreadable' };

/** One attempted subsection of the gradebook's answer. */
export interface SubsectionGrade {
  subsectionId: string | null;
  subsectionName: string;
  category: string | null;
  label: string | null;
  percent: Decimal | null;
  pointsEarned: Decimal | null;
  pointsPossible: Decimal | null;
}

/** The decoded answer of the gradebook; not found and nothing attempted are both an empty list. */
export type GradebookAnswer = readonly SubsectionGrade[];
