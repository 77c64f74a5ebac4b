import type { Registration } from '../../domain/attempts/decision';
import type { AttemptedExam } from '../../domain/attempts/model';
import type { Call } from '../http/call';

/** The address of an exam in the platform. */
export interface ExamRef {
  userId: string;
  courseId: string;
  contentId: string;
}

/** The address alone, of whatever holds one. */
export function examRefOf({ userId, courseId, contentId }: ExamRef): ExamRef {
  return { userId, courseId, contentId };
}

export interface CreditClient {
  setStatus(ref: ExamRef & { status: string }, call: Call): Promise<void>;
  removeStatus(ref: ExamRef, call: Call): Promise<void>;
  /** The course name of the learner's credit state; null when the service knows none. */
  courseName(ref: { userId: string; courseId: string }, call: Call): Promise<string | null>;
}

export interface GradesClient {
  override(
    ref: ExamRef & { earnedAll: number; earnedGraded: number; comment: string; overrider?: string },
    call: Call,
  ): Promise<void>;
  undoOverride(ref: ExamRef, call: Call): Promise<void>;
  /** The course's switch: does a rejection override the grade? */
  overrideOnRejection(ref: { courseId: string }, call: Call): Promise<boolean>;
  /** The learner's grade in a course run; undefined = none. The rules decode it. */
  learnerGrade(ref: LearnerRef, call: Call): Promise<unknown>;
  /** The learner's graded subsections; undefined = none. */
  gradebook(ref: LearnerRef, call: Call): Promise<unknown>;
}

/** A learner in a course run, as grades and certificates know them. */
export interface LearnerRef {
  username: string;
  courseId: string;
}

export interface CertificatesClient {
  invalidate(ref: LearnerRef, call: Call): Promise<void>;
  /** Undefined = the learner has none. */
  certificate(ref: LearnerRef, call: Call): Promise<unknown>;
}

/** Ids and words of a review; the learner is named by id. */
export interface ReviewNotice extends ExamRef {
  attemptCode: string;
  examName: string;
  reviewStatus: string;
  /** The platform's page about it; absent when the platform's address is not configured. */
  reviewUrl?: string;
}

export interface InstructorClient {
  /** Deletes the learner's state on the exam. */
  reset(ref: ExamRef & { requestingUser?: string }, call: Call): Promise<void>;
  /** Marks the exam's content complete. */
  complete(ref: ExamRef, call: Call): Promise<void>;
  /** Notifies support of a review that somebody should look at. */
  notify(review: ReviewNotice, call: Call): Promise<void>;
}

export interface CoursesClient {
  /** False when the platform says that it has no such course. */
  exists(courseId: string, call: Call): Promise<boolean>;
  /** Undefined = there is no such course run. */
  details(courseId: string, call: Call): Promise<unknown>;
}

export interface ProviderRegistration {
  examId: number;
  attemptCode: string;
  userId: string;
  examName: string;
  courseId: string;
  timeLimitMins: number;
  isSampleAttempt: boolean;
  fullName: string;
  email: string;
  reviewPolicy: string | null;
  reviewPolicyException: string | null;
}

/** An exam as sent to its provider. `isActive` false: the provider no longer serves it. */
export interface ExamForProvider extends Omit<AttemptedExam, 'isOnboardingExam' | 'effectiveProvider'> {
  /** The review policy. */
  ruleSummary: string | null;
}

/** A provider's own configuration. */
export interface ProviderConfig {
  name: string;
  /** Names of the rules an exam may have. */
  rules: string[];
  downloadUrl: string | null;
}

/** One proctoring provider. Throws ServiceError; `remove` treats 404 as gone. */
export interface ProctoringClient {
  register(registration: ProviderRegistration, call: Call): Promise<Registration>;
  start(ref: { examId: number; externalId: string | null }, call: Call): Promise<void>;
  stop(ref: { examId: number; externalId: string | null }, call: Call): Promise<void>;
  error(ref: { examId: number; externalId: string | null }, call: Call): Promise<void>;
  /** False when the provider answers that it did not remove the attempt. */
  remove(ref: { examId: number; externalId: string | null }, call: Call): Promise<boolean>;
  /** The exam's whole state; the provider knows it by our id, so a repeat changes nothing. */
  saveExam(exam: ExamForProvider, call: Call): Promise<void>;
  config(call: Call): Promise<ProviderConfig>;
  /** Deletes all the provider has of a learner; one it does not know counts as deleted. */
  deleteUser(userId: string, call: Call): Promise<void>;
}

export interface StatusMail {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Deterministic, so that a mailbox can recognise a repeat. */
  messageId: string;
}

export interface MailClient {
  send(mail: StatusMail): Promise<void>;
}

/** All outside services. One that is not configured is null: its effects are `skipped: not configured`. */
export interface Platform {
  credit: CreditClient | null;
  grades: GradesClient | null;
  certificates: CertificatesClient | null;
  instructor: InstructorClient | null;
  courses: CoursesClient | null;
  mail: MailClient | null;
  provider(name: string): ProctoringClient | null;
  close(): Promise<void>;
}
