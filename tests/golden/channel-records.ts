import type { MapContext } from '../../clients/channels/channel';
import { courseIdsOf, traitsOf } from '../../domain/exports/channels';
import { toDecimal } from '../../domain/exports/decimal';
import type { AssessmentRecord, CompletionRecord, ExportRecord } from '../../domain/exports/model';
import { readMoment } from '../../domain/exports/moments';
import type { UnmappedItem } from '../support/channel-items';
import {
  COURSE_RUN,
  emailOf,
  type GoldenChannelRecord,
  type GoldenStatement,
  type GoldenTransmission,
  courseKeyOf,
  remoteIdOf,
} from './channel-cases';

/** Estimated hours of the recorded world's course. */
const HOURS = 5.5;

/** The records of each recorded enrollment: of a completion the alternatives in order, of an assessment one per subsection. */
export function recordsOf(one: GoldenTransmission): { alternatives: boolean; records: ExportRecord[] }[] {
  return one.records.map((record) =>
    one.level === 'completion'
      ? { alternatives: true, records: completions(one, record) }
      : { alternatives: false, records: assessments(one, record) },
  );
}

function completions(one: GoldenTransmission, record: GoldenChannelRecord): CompletionRecord[] {
  const { enrollment_id: id, completed_at: written, grade_percent: given } = record;
  const enrollment = { id: String(id), courseRunId: COURSE_RUN, courseKey: courseKeyOf(record), mode: 'verified' };
  const moment = written === null ? null : readMoment(written);
  const at = moment === null || typeof moment === 'string' ? null : moment;
  const hours = one.config['transmit_total_hours'] === true ? HOURS : 0;
  return courseIdsOf(one.channel, enrollment).map((courseId) => ({
    kind: 'completion',
    ...common(one, record, courseId),
    courseTitle: record.content_title ?? null,
    grade: record.grade,
    percent: toDecimal(given),
    percentAsGiven: given === null ? null : String(given),
    isPassing: record.is_passing,
    completedAt: at?.at ?? null,
    completedOn: at?.day ?? null,
    courseCompleted: at === null ? false : record.is_passing,
    totalHours: traitsOf(one.channel).reportsHours ? hours : null,
  }));
}

function assessments(one: GoldenTransmission, record: GoldenChannelRecord): AssessmentRecord[] {
  return (record.subsections ?? []).flatMap((subsection) => {
    const percent = toDecimal(subsection.percent);
    if (percent === null) return [];
    return {
      kind: 'assessment' as const,
      ...common(one, record, courseKeyOf(record)),
      subsectionId: subsection.subsection_id,
      subsectionName: subsection.subsection_name,
      percent,
      pointsEarned: toDecimal(subsection.score_earned),
      pointsPossible: toDecimal(subsection.score_possible),
    };
  });
}

function common(
  _one: GoldenTransmission,
  record: GoldenChannelRecord,
  courseId: string,
): Pick<ExportRecord, 'enrollmentId' | 'userId' | 'courseId' | 'courseRunId' | 'identity'> {
  return {
    enrollmentId: String(record.enrollment_id),
    userId: record.learner,
    courseId,
    courseRunId: COURSE_RUN,
    identity: { remoteId: remoteIdOf(record), email: emailOf(record), clickThrough: null },
  };
}

export const CONTEXT: MapContext = { courseKey: null, courseDescription: null, courseUuid: null };

/** A recorded xAPI event as an item to send. The recorded world's learner and course are fixed. */
export function statementItem({ id, event, course, grade, social_auth_uid: remoteId }: GoldenStatement): UnmappedItem {
  const record: CompletionRecord = {
    kind: 'completion',
    enrollmentId: '301',
    userId: 'learner0',
    courseId: course.id,
    courseRunId: course.id,
    courseTitle: course.display_name,
    grade: grade.passed ? 'Pass' : 'Fail',
    percent: toDecimal(grade.percent_grade),
    percentAsGiven: grade.percent_grade === null ? null : String(grade.percent_grade),
    isPassing: grade.passed,
    completedAt: new Date('2021-06-12T12:34:56.789Z'),
    completedOn: '2021-06-12',
    courseCompleted: grade.passed,
    totalHours: null,
    identity: { remoteId, email: 'learner0@example.com', clickThrough: null },
  };
  const context: MapContext = {
    courseKey: course.key,
    courseDescription: course.short_description,
    courseUuid: 'cccccccc-0000-4000-8000-000000000001',
    ...(event === 'enrollment' ? { event } : {}),
  };
  return { key: id, record, context };
}
