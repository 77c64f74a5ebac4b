import { courseIdsOf, hasIdentity, traitsOf } from './channels';
import { type Completion, completionByCertificate, completionByGrade } from './completion';
import { isAuditMode } from './permission';
import type { LearnerAnswer } from './decide';
import type {
  AssessmentRecord,
  CompletionRecord,
  Conflict,
  CourseDetails,
  EnrollmentFacts,
  ExportRequest,
  GradebookAnswer,
  SkipReason,
} from './model';

/**
 * What came of one enrollment. Several completion records are the same news under other course ids: the next is sent only
 * where the one before was refused (golden sap/course-key-fails-run-id-sent). Assessment records are each sent.
 */
export type Built = { conflict: Conflict | null } & (
  | { do: 'skip'; reason: SkipReason }
  | { do: 'send'; records: readonly CompletionRecord[] | readonly AssessmentRecord[] }
);

/** The records of one enrollment from the facts and the services' answers. The same inputs give the same records. */
export function buildRecords(
  request: ExportRequest,
  facts: EnrollmentFacts,
  course: CourseDetails | null,
  answered: LearnerAnswer,
): Built {
  if (answered.of === 'gradebook') return assessments(request, facts, answered.answer);
  if (course === null) return { do: 'skip', reason: 'no-course-details', conflict: null };
  const completion = completionOf(request, facts, course, answered);
  const conflict = conflictOf(request, facts, completion);
  if (!identified(request, facts)) return { do: 'skip', reason: 'no-channel-identity', conflict };
  const ids = courseIdsOf(request.configuration.channel, facts.enrollment);
  return { do: 'send', conflict, records: ids.map((id) => completionRecord(request, facts, course, completion, id)) };
}

function completionOf(
  { asOf, configuration }: ExportRequest,
  { enrollment }: EnrollmentFacts,
  course: CourseDetails,
  answered: Exclude<LearnerAnswer, { of: 'gradebook' }>,
): Completion {
  const { words } = traitsOf(configuration.channel);
  if (answered.of === 'certificate') return completionByCertificate(answered.answer, asOf, words);
  return completionByGrade(answered.answer, course, { asOf, isAudit: isAuditMode(enrollment.mode), words });
}

/** Only a single export has a caller whose claim means something; the platform's values are sent all the same. */
function conflictOf(
  { single, claim }: ExportRequest,
  { enrollment }: EnrollmentFacts,
  seen: Completion,
): Conflict | null {
  if (single === null || (claim.grade === seen.grade && claim.isPassing === seen.isPassing)) return null;
  return {
    enrollmentId: enrollment.id,
    grade: claim.grade,
    gradeFromPlatform: seen.grade,
    isPassing: claim.isPassing,
    isPassingFromPlatform: seen.isPassing,
  };
}

function completionRecord(
  { configuration }: ExportRequest,
  { enrollment, link }: EnrollmentFacts,
  course: CourseDetails,
  { completed, grade, isPassing, percent }: Completion,
  courseId: string,
): CompletionRecord {
  const hours = configuration.transmitTotalHours ? (course.estimatedHours ?? 0) : 0;
  return {
    kind: 'completion',
    enrollmentId: enrollment.id,
    userId: link.userId,
    courseId,
    courseRunId: enrollment.courseRunId,
    courseTitle: course.title,
    grade,
    percent: percent.value,
    percentAsGiven: percent.asGiven,
    isPassing,
    completedAt: completed?.at ?? null,
    completedOn: completed?.day ?? null,
    courseCompleted: completed === null ? false : isPassing,
    totalHours: traitsOf(configuration.channel).tellsHours ? hours : null,
    identity: link.identity,
  };
}

/** A subsection without a percent, with nothing reached, or without an id tells a channel nothing. */
function assessments(request: ExportRequest, facts: EnrollmentFacts, gradebook: GradebookAnswer): Built {
  const { enrollment, link } = facts;
  if (!identified(request, facts)) return { do: 'skip', reason: 'no-channel-identity', conflict: null };
  const [courseId] = courseIdsOf(request.configuration.channel, enrollment);
  const common = { enrollmentId: enrollment.id, userId: link.userId, courseId, courseRunId: enrollment.courseRunId };
  const records = gradebook.flatMap(({ subsectionId, subsectionName, percent, pointsEarned, pointsPossible }) => {
    if (subsectionId === null || percent === null || percent === '0') return [];
    const record: AssessmentRecord = {
      ...{ kind: 'assessment', ...common, subsectionId, subsectionName, percent, pointsEarned, pointsPossible },
      identity: link.identity,
    };
    return [record];
  });
  if (records.length === 0) return { do: 'skip', reason: 'no-assessments', conflict: null };
  return { do: 'send', records, conflict: null };
}

function identified({ configuration }: ExportRequest, { link, enrollment }: EnrollmentFacts): boolean {
  return hasIdentity(configuration.channel, link, enrollment);
}
