import type { Registration } from '../../domain/attempts/decision';
import type { AttemptedExam } from '../../domain/attempts/model';
import type { Call } from '../http/call';
import type { CertificatesService } from './certificates';
import type { CoursesService } from './courses';
import type { CreditService } from './credit';
import type { GradesService } from './grades';
import type { InstructorService } from './instructor';

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

/** An attempt as its provider has it; without an id there it has nothing to report. */
export interface ProviderAttemptRef {
  examId: number;
  externalId: string | null;
}

/** One proctoring provider. Throws ServiceError; `remove` treats 404 as gone. */
export interface ProctoringClient {
  register(registration: ProviderRegistration, call: Call): Promise<Registration>;
  start(ref: ProviderAttemptRef, call: Call): Promise<void>;
  stop(ref: ProviderAttemptRef, call: Call): Promise<void>;
  error(ref: ProviderAttemptRef, call: Call): Promise<void>;
  /** False when the provider answers that it did not remove the attempt. */
  remove(ref: ProviderAttemptRef, call: Call): Promise<boolean>;
  /** The exam's whole state; the provider knows it by our id, so a repeat changes nothing. */
  saveExam(exam: ExamForProvider, call: Call): Promise<void>;
  config(call: Call): Promise<ProviderConfig>;
  /** Deletes all the provider has of a learner; one it does not know counts as deleted. */
  deleteUser(userId: string, call: Call): Promise<void>;
}

export interface StatusMail {
  /** One mailbox. The name may be empty. */
  to: { name: string; address: string };
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
  credit: CreditService | null;
  grades: GradesService | null;
  certificates: CertificatesService | null;
  instructor: InstructorService | null;
  courses: CoursesService | null;
  mail: MailClient | null;
  provider(name: string): ProctoringClient | null;
  close(): Promise<void>;
}
