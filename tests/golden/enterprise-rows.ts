import { toDecimal } from '../../domain/exports/decimal';
import type { ChannelKind, ExportRecord } from '../../domain/exports/model';
import type { EnterpriseRow } from './enterprise-cases';

const DAYS: ReadonlySet<ChannelKind> = new Set(['DEGREED', 'CANVAS']);
const PERCENTS: ReadonlySet<ChannelKind> = new Set(['CANVAS', 'BLACKBOARD', 'MOODLE']);

const MAIL_COLUMNS: Partial<Record<ChannelKind, string>> = {
  DEGREED: 'degreed_user_email',
  DEGREED2: 'degreed_user_email',
  CANVAS: 'canvas_user_email',
  BLACKBOARD: 'blackboard_user_email',
  MOODLE: 'moodle_user_email',
};

/** One of our records in the columns of the recorded table of its channel (3.17, and 8.8 for Degreed2). */
export function exportRowOf(channel: ChannelKind, record: ExportRecord): EnterpriseRow {
  const common = {
    enterprise_course_enrollment_id: Number(record.enrollmentId),
    course_id: record.courseId,
    ...identityColumns(channel, record),
  };
  if (record.kind === 'assessment') return { ...common, ...assessmentColumns(channel, record) };
  const grade = PERCENTS.has(channel) ? (record.percent ?? record.percentAsGiven) : record.grade;
  return {
    ...common,
    course_completed: record.courseCompleted,
    completed_timestamp: DAYS.has(channel) ? record.completedOn : (record.completedAt?.getTime() ?? null),
    ...(channel === 'DEGREED' || channel === 'DEGREED2' ? {} : { grade }),
    ...(channel === 'SAP' ? { total_hours: record.totalHours } : {}),
  };
}

/** A recorded row, cut down to the columns of ours; numbers that we keep as decimals are told by value. */
export function comparableRow(recorded: EnterpriseRow, like: EnterpriseRow): EnterpriseRow {
  const columns = Object.keys(like).map((column) => {
    const value = recorded[column] ?? null;
    const decimal = DECIMAL_COLUMNS.has(column) ? (toDecimal(value) ?? value) : value;
    return [column, decimal] as const;
  });
  return Object.fromEntries(columns);
}

const DECIMAL_COLUMNS = new Set(['grade', 'grade_point_score', 'grade_points_possible']);

function identityColumns(channel: ChannelKind, { identity, userId }: ExportRecord): EnterpriseRow {
  if (channel === 'SAP') return { sapsf_user_id: identity.remoteId };
  const click = identity.clickThrough;
  if (channel === 'CSOD' && click) {
    const { userGuid: user_guid, sessionToken: session_token, callbackUrl: callback_url, subdomain } = click;
    return { user_id: Number(userId), user_guid, session_token, callback_url, subdomain };
  }
  const column = MAIL_COLUMNS[channel];
  return column === undefined ? {} : { [column]: identity.email };
}

function assessmentColumns(channel: ChannelKind, record: ExportRecord & { kind: 'assessment' }): EnterpriseRow {
  const { subsectionId: subsection_id, percent: grade } = record;
  if (channel === 'GENERIC') return { subsection_id, grade };
  return {
    subsection_id, grade, subsection_name: record.subsectionName,
    grade_point_score: record.pointsEarned, grade_points_possible: record.pointsPossible,
  };
}
