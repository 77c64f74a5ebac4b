/** A semester of a subject: what students qualify in. */
export interface Period {
  periodId: string;
  startsAt: Date;
  endsAt: Date;
}

/** A mandatory piece of work in a period. Whether it is published yet plays no part in what it counts. */
export interface PeriodAssignment {
  assignmentId: string;
  shortName: string;
  longName: string;
  publishedAt: Date;
  maxPoints: number;
  passingPoints: number;
}

/**
 * A grading that was published. Unpublished drafts never come here. `isPassing` is the examiner's word at the time; it is
 * never worked out again from today's passing points.
 */
export interface PublishedFeedback {
  feedbackId: string;
  points: number;
  grade: string;
  isPassing: boolean;
  savedAt: Date;
}

/** One attempt at an assignment: a deadline, and what was published on what was delivered for it. */
export interface GroupDeadline {
  deadlineAt: Date;
  feedback: readonly PublishedFeedback[];
}

/** Students who deliver together, often one alone. The same student may be in several groups of one assignment. */
export interface AssignmentGroup {
  groupId: number;
  assignmentId: string;
  members: readonly string[];
  /** Open for deliveries: a new attempt or a reopened group waits for its grading, whatever was published before. */
  isOpen: boolean;
  deadlines: readonly GroupDeadline[];
}

/** `related: false` is a candidate, known from a group, who is no student of the period; nobody decides about one. */
export interface PeriodStudent {
  userId: string;
  related: boolean;
}

/** A period is over from its end on: decisions made by then stay, new ones are refused. */
export function hasEnded({ endsAt }: Pick<Period, 'endsAt'>, at: Date): boolean {
  return at >= endsAt;
}
