import type { ReviewProtocol } from './reviews/payload';
import type { AttemptStatus } from './statuses';

/** The proctoring provider of an exam, as far as rules depend on it. */
export interface ProviderFacts {
  name: string;
  /** Appears in the grade override's comment, `Failed {title} proctoring`. */
  title: string;
  supportsOnboarding: boolean;
  /** REST vendors' "violation" never passes; unset = the callback's own protocol. */
  protocol?: ReviewProtocol;
}

/** An exam of a course. `provider` is null for exams that are not proctored. */
export interface Exam {
  id: number;
  courseId: string;
  contentId: string;
  examName: string;
  timeLimitMins: number;
  dueDate: Date | null;
  isProctored: boolean;
  isPracticeExam: boolean;
  isActive: boolean;
  provider: ProviderFacts | null;
}

/** One attempt row. `version` grows by one per accepted command; 0 before the first. */
export interface Attempt {
  id: string;
  code: string;
  number: number;
  examId: number;
  userId: string;
  status: AttemptStatus;
  takingAsProctored: boolean;
  isSampleAttempt: boolean;
  externalId: string | null;
  allowedTimeLimitMins: number | null;
  startedAt: Date | null;
  completedAt: Date | null;
  timeRemainingSeconds: number | null;
  isResumable: boolean;
  readyToResume: boolean;
  resumed: boolean;
  isCurrent: boolean;
  /** When a vendor's review should have come; null when none is due. */
  reviewDueAt: Date | null;
  version: number;
  createdAt: Date;
  modifiedAt: Date;
}

/** The identity a new attempt is given before the decision, so that questions and effects can name it. */
export interface NewAttempt {
  id: string;
  code: string;
  number: number;
}
