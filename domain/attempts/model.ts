import type { QualificationRequirement } from '../qualification/gate';
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

/** An exam of a course as it is stored. Every other shape of an exam is picked from this one. */
export interface Exam {
  id: number;
  courseId: string;
  contentId: string;
  examName: string;
  timeLimitMins: number;
  dueDate: Date | null;
  isProctored: boolean;
  isPracticeExam: boolean;
  isOnboardingExam: boolean;
  isActive: boolean;
  hideAfterDue: boolean;
  /** Its own provider, by name; null = the course's. */
  provider: string | null;
  /** The provider that counts: its own, else the course's; null when it is not proctored. */
  effectiveProvider: string | null;
  /** What a reviewer is told; only proctored exams that count have one. */
  policy: { policy: string; editedBy: string | null } | null;
  /** Only for those who qualified in a period; null or absent = for everybody. */
  requiresQualification?: QualificationRequirement | null;
  /** Grows by one with every change; 1 when it is made. */
  version: number;
}

/** What decisions about attempts depend on. */
export type AttemptedExam = Omit<Exam, 'provider' | 'policy' | 'version'>;

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
  /**
   * The provider it belongs to for life, whatever exam and course become: the one that registered it; of one nobody registered,
   * the one whose rules it follows. Null: none that was configured when it was created.
   */
  provider: string | null;
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
