import type { Decimal } from './decimal';

export type {
  CertificateAnswer,
  CourseDetails,
  GradeAnswer,
  GradebookAnswer,
  Moment,
  Percent,
  SubsectionGrade,
} from './service-answers';

/** Where learner data can go. GENERIC is the specification's base exporter; CSV is ours. */
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

/** A completion is told per enrollment, an assessment per graded subsection of it. */
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

/** Cornerstone tells us of a learner by the learner's own click on a course; without it nothing can be reported. */
export interface ClickThrough {
  courseKey: string;
  userGuid: string;
  sessionToken: string;
  callbackUrl: string;
  subdomain: string;
}

/** By what a channel knows the learner. Each channel demands another one (channels.ts). */
export interface ChannelIdentity {
  /** What the customer's single sign-on knows the learner by. */
  remoteId: string | null;
  email: string | null;
  clickThrough: ClickThrough | null;
}

/** A learner's tie to a customer. */
export interface LearnerLink {
  userId: string;
  customerId: string;
  active: boolean;
  linked: boolean;
  /** False where the account is gone and only the tie was left behind. */
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

/** A learner's word on data sharing, per course run or per course. */
export interface Consent {
  courseId: string;
  granted: boolean;
}

/** An earlier row of the ledger (or an imported audit row): what this enrollment's channel was told, and if it took it. */
export interface Transmission {
  /** Grows with time: the row with the highest one is the latest. */
  sequence: number;
  configurationId: string;
  enrollmentId: string;
  courseId: string;
  subsectionId: string | null;
  /** What the channel was told: a word (`Pass`), or a percent in the channels that take one. */
  grade: string | null;
  courseCompleted: boolean | null;
  /** True for rows the channel accepted. */
  transmitted: boolean;
}

/** Everything known of one enrollment before any service is asked. */
export interface EnrollmentFacts {
  enrollment: Enrollment;
  link: LearnerLink;
  consents: readonly Consent[];
  transmissions: readonly Transmission[];
}

/** What a caller claims: compared with the platform's values, never believed. `{ grade: null, isPassing: false }` = nothing. */
export interface CallerClaim {
  grade: string | null;
  isPassing: boolean;
}

/** One learner in one course run. */
export interface SingleExport {
  userId: string;
  courseRunId: string;
  /** For assessments: the subsection whose grade has changed; what was sent before is asked of it alone. */
  subsectionId?: string | null;
}

/** What a run is asked to do. `asOf` stands for "now" in every rule. */
export interface ExportRequest {
  level: ExportLevel;
  customer: Customer;
  configuration: ChannelConfiguration;
  asOf: Date;
  /** Null = everybody of the customer. */
  single: SingleExport | null;
  claim: CallerClaim;
  /** False: sent again whatever was sent before. */
  skipTransmitted: boolean;
}

/** What every channel is told of a completion, before its own words and shapes. */
export interface CompletionRecord {
  kind: 'completion';
  enrollmentId: string;
  userId: string;
  /** The course as this record names it: key or run id, as the channel wants it. */
  courseId: string;
  courseRunId: string;
  courseTitle: string | null;
  /** `Pass`, `Fail`, `Audit`, `In Progress` in the channel's words; null = the platform knows no grade. */
  grade: string | null;
  percent: Decimal | null;
  /** What the platform gave for a percent; differs from `percent` where that is no number. */
  percentAsGiven: string | null;
  isPassing: boolean | null;
  completedAt: Date | null;
  /** The day of `completedAt` as the platform wrote it (YYYY-MM-DD), for channels that take days. */
  completedOn: string | null;
  courseCompleted: boolean | null;
  totalHours: number | null;
  identity: ChannelIdentity;
}

/** What a channel is told of one graded subsection. */
export interface AssessmentRecord {
  kind: 'assessment';
  enrollmentId: string;
  userId: string;
  courseId: string;
  courseRunId: string;
  subsectionId: string;
  subsectionName: string;
  percent: Decimal;
  pointsEarned: Decimal | null;
  pointsPossible: Decimal | null;
  identity: ChannelIdentity;
}

export type ExportRecord = CompletionRecord | AssessmentRecord;

/** A caller's claim that the platform's own values contradict. Reported; the platform's values are sent. */
export interface Conflict {
  enrollmentId: string;
  grade: string | null;
  gradeFromPlatform: string | null;
  isPassing: boolean;
  isPassingFromPlatform: boolean | null;
}

/** Why a selected enrollment is not sent. A run shows its totals by these. */
export type SkipReason =
  | 'already-transmitted'
  | 'no-course-details'
  | 'no-consent'
  | 'audit-reporting-disabled'
  | 'no-channel-identity'
  | 'not-completed'
  | 'no-percent'
  | 'no-assessments';

/** The one end of every selected enrollment; `reason` of the last two is a code, never a text of the other side. */
export type Outcome =
  | { kind: 'sent' }
  | { kind: 'unchanged' }
  | { kind: 'skipped'; reason: SkipReason }
  | { kind: 'failed'; reason: string; retryable: boolean }
  | { kind: 'quarantined'; reason: string };
