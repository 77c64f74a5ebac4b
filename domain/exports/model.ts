import type { ChannelIdentity } from './export-record';

export type {
  AssessmentRecord,
  ChannelIdentity,
  ClickThrough,
  CompletionRecord,
  Conflict,
  ExportRecord,
  Outcome,
  SkipReason,
} from './export-record';
export type {
  CertificateAnswer,
  CourseDetails,
  GradeAnswer,
  GradebookAnswer,
  Moment,
  Percent,
  SubsectionGrade,
} from './service-answers';

/** Where learner data can go. GENERIC is the recorded base exporter; CSV is ours. */
export const CHANNEL_KINDS = [
  'GENERIC',
  'SAP',
  'DEGREED',
  'DEGREED2',
  'CANVAS',
  'CSOD',
  'BLACKBOARD',
  'MOODLE',
  'XAPI',
  'CSV',
] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** A completion is sent per enrollment, an assessment per graded subsection. */
export type ExportLevel = 'completion' | 'assessment';

/** The enterprise whose learners are exported. Audit enrollments are reported only if both switches are on. */
export interface Customer {
  id: string;
  enableAuditEnrollment: boolean;
  enableAuditDataReporting: boolean;
}

/** What the rules need of one channel's configuration; addresses and credentials never come here. */
export interface ChannelConfiguration {
  id: string;
  channel: ChannelKind;
  transmitTotalHours: boolean;
}

/** A customer's learner. */
export interface LearnerLink {
  userId: string;
  customerId: string;
  active: boolean;
  linked: boolean;
  /** False where the account was deleted and only the link remains. */
  userExists: boolean;
  identity: ChannelIdentity;
}

/** One enrollment. `mode` is null where the platform knows none. */
export interface Enrollment {
  id: string;
  courseRunId: string;
  /** The course the run belongs to, as the catalog says; null = not known. */
  courseKey: string | null;
  mode: string | null;
}

/** A learner's consent to data sharing, per course run or course. */
export interface Consent {
  courseId: string;
  granted: boolean;
}

/** An earlier row of the ledger (or an imported audit row): what the channel was sent, and whether it accepted. */
export interface Transmission {
  /** Grows with time: the row with the highest one is the latest. */
  sequence: number;
  configurationId: string;
  enrollmentId: string;
  courseId: string;
  subsectionId: string | null;
  /** The grade that was sent: a label (`Pass`), or a percent where the channel takes one. */
  grade: string | null;
  courseCompleted: boolean | null;
  /** True for rows the channel accepted. */
  transmitted: boolean;
}

/** Everything known of one enrollment before any look-up. */
export interface EnrollmentFacts {
  enrollment: Enrollment;
  link: LearnerLink;
  consents: readonly Consent[];
  transmissions: readonly Transmission[];
}

/** A caller's grade: compared with the platform's values, never sent. `{ grade: null, isPassing: false }` = nothing. */
export interface AssertedGrade {
  grade: string | null;
  isPassing: boolean;
}

/** One learner in one course run. */
export interface SingleExport {
  userId: string;
  courseRunId: string;
  /** For assessments: the subsection whose grade has changed; only its transmissions are compared. */
  subsectionId?: string | null;
}

/** What a run has to do. `asOf` is "now" in every rule. */
export interface ExportRequest {
  level: ExportLevel;
  customer: Customer;
  configuration: ChannelConfiguration;
  asOf: Date;
  /** Null = everybody of the customer. */
  single: SingleExport | null;
  asserted: AssertedGrade;
  /** False: sent again whatever was sent before. */
  skipTransmitted: boolean;
}
