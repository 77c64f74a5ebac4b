import type { Decimal } from './decimal';

/** Cornerstone identifies a learner by the click on a course; without it nothing can be reported. */
export interface ClickThrough {
  courseKey: string;
  userGuid: string;
  sessionToken: string;
  callbackUrl: string;
  subdomain: string;
}

/** The ids a channel may know the learner by; each needs others (channels.ts). */
export interface ChannelIdentity {
  /** What the customer's single sign-on knows the learner by. */
  remoteId: string | null;
  email: string | null;
  clickThrough: ClickThrough | null;
}

/** A completion for any channel, before it is mapped to a payload. */
export interface CompletionRecord {
  kind: 'completion';
  enrollmentId: string;
  userId: string;
  /** The course as this record names it: key or run id, as the channel wants it. */
  courseId: string;
  courseRunId: string;
  courseTitle: string | null;
  /** `Pass`, `Fail`, `Audit`, `In Progress` as channel labels; null = the platform knows no grade. */
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

/** One graded subsection for any channel. */
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

/** An asserted grade that the platform's values contradict. Reported; the platform's are sent. */
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

/** The outcome of a selected enrollment; `reason` of the last two is a code, never a text of the channel. */
export type Outcome =
  | { kind: 'sent' }
  | { kind: 'unchanged' }
  | { kind: 'skipped'; reason: SkipReason }
  | { kind: 'failed'; reason: string; retryable: boolean }
  | { kind: 'quarantined'; reason: string };
