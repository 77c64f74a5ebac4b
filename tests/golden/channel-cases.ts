import type { ScriptRule } from '../../dev/simulator/script';
import type { ChannelKind, ExportLevel } from '../../domain/exports/model';

/** Shapes of channel_payloads.json (docs/recorded-behaviour.md#shapes-of-the-channel-recordings). */
export interface GoldenRequest {
  method: string;
  host: string;
  path: string;
  query: [string, string][];
  headers: Record<string, string>;
  body: { json: unknown } | { form: [string, string][] } | { raw: string } | null;
  answer?: number | string;
}

export interface GoldenChannelAudit {
  id: number;
  enterprise_course_enrollment_id: number;
  course_id: string;
  subsection_id?: string | null;
  status: string;
  error_message: string;
  is_transmitted?: boolean;
}

export interface GoldenChannelRun {
  requests: GoldenRequest[];
  audit_rows: GoldenChannelAudit[];
  raised: { type: string; message: string } | null;
  learners_after: { username: string; active: boolean; linked: boolean }[];
}

export interface GoldenChannelRecord {
  learner: string;
  enrollment_id: number;
  completed_at: string | null;
  grade: string | null;
  is_passing: boolean | null;
  grade_percent: number | null;
  course_key?: string;
  content_title?: string;
  email?: string;
  subsections?: {
    subsection_name: string;
    subsection_id: string;
    percent: number;
    score_earned: number;
    score_possible: number;
  }[];
}

export interface GoldenTransmission {
  id: string;
  channel: ChannelKind;
  level: ExportLevel;
  mode?: 'bulk' | 'single';
  config: Record<string, unknown>;
  records: GoldenChannelRecord[];
  stub_rules: ScriptRule[];
  runs?: number;
  seed_expectation: { runs: GoldenChannelRun[] } | 'same' | null;
  installed_expectation: { runs: GoldenChannelRun[] };
}

export interface GoldenStatement {
  id: string;
  channel: 'XAPI';
  event: 'completion' | 'enrollment';
  object_type: 'course' | 'courserun';
  social_auth_uid: string | null;
  lrs_status: number | 'timeout';
  lrs_body: string;
  course: { id: string; key: string; display_name: string; short_description: string | null };
  grade: { percent_grade: number | null; passed: boolean };
  seed_expectation: GoldenStatementSide | 'same' | null;
  installed_expectation: GoldenStatementSide;
}

export interface GoldenStatementSide {
  requests: GoldenRequest[];
  counts_as_success: boolean;
  raised: { type: string; message: string } | null;
}

export type GoldenChannelCase = GoldenTransmission | GoldenStatement;

export function isStatement(one: GoldenChannelCase): one is GoldenStatement {
  return one.channel === 'XAPI';
}

/**
 * The base configuration that all recorded cases share
 * (docs/recorded-behaviour.md#base-configuration-of-the-recorded-cases).
 */
export const COURSE_RUN = 'course-v1:edX+S01+2021';
const COURSE_KEY = 'edX+S01';

export function courseKeyOf(record: GoldenChannelRecord): string {
  return record.course_key ?? COURSE_KEY;
}

export function emailOf(record: GoldenChannelRecord): string {
  return record.email ?? `${record.learner}@example.com`;
}

/** learner0 is known to the single sign-on as remote-0. */
export function remoteIdOf(record: GoldenChannelRecord): string {
  return `remote-${record.learner.replace(/^learner/, '')}`;
}

/** What was told or refused of one enrollment, course and subsection at the end of a run. */
export interface RowView {
  enrollment: number;
  courseId: string;
  subsectionId: string | null;
  sent: boolean;
  /** Null: no answer came. */
  status: number | null;
}

export interface RunView {
  requests: GoldenRequest[];
  /** The last state of each, all runs so far. */
  rows: RowView[];
  /** Learners whose link is to be ended. */
  inactive: string[];
}

/** The last row of each enrollment, course and subsection, in a fixed order. */
export function lastRows(rows: readonly RowView[]): RowView[] {
  const last = new Map<string, RowView>();
  for (const row of rows) last.set(JSON.stringify([row.enrollment, row.courseId, row.subsectionId]), row);
  return [...last].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}
