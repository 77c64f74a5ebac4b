import { courseIdsOf, hasIdentity, traitsOf } from './channels';
import { type Completion, completionByCertificate, completionByGrade } from './completion';
import type { LookupAnswer } from './decide';
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
import { isAuditMode } from './selection';

/**
 * The records of an enrollment. Several completion records are the same under other course ids: the next is sent only
 * where the one before was refused (golden sap/course-key-fails-run-id-sent). Assessment records are each sent.
 */
export type BuildResult = { conflict: Conflict | null } & (
  | { do: 'skip'; reason: SkipReason }
  | { do: 'send'; records: readonly CompletionRecord[] | readonly AssessmentRecord[] }
);

/** The records of one enrollment from the facts and the services' answers. The same inputs give the same records. */
export function buildRecords(
  request: ExportRequest,
  facts: EnrollmentFacts,
  course: CourseDetails | null,
  lookup: LookupAnswer,
): BuildResult {
  if (lookup.of === 'gradebook') return buildAssessments(request, facts, lookup.answer);
  if (course === null) return { do: 'skip', reason: 'no-course-details', conflict: null };
  const completion = completionOf(request, facts, course, lookup);
  const conflict = conflictOf(request, facts, completion);
  if (!isIdentified(request, facts)) return { do: 'skip', reason: 'no-channel-identity', conflict };
  const ids = courseIdsOf(request.configuration.channel, facts.enrollment);
  return { do: 'send', conflict, records: ids.map((id) => completionRecord(request, facts, course, completion, id)) };
}

function completionOf(
  { asOf, configuration }: ExportRequest,
  { enrollment }: EnrollmentFacts,
  course: CourseDetails,
  lookup: Exclude<LookupAnswer, { of: 'gradebook' }>,
): Completion {
  const { labels } = traitsOf(configuration.channel);
  if (lookup.of === 'certificate') return completionByCertificate(lookup.answer, asOf, labels);
  return completionByGrade(lookup.answer, course, { asOf, isAudit: isAuditMode(enrollment.mode), labels });
}

/** Only a single export has an asserted grade; the platform's values are sent all the same. */
function conflictOf(
  { single, asserted }: ExportRequest,
  { enrollment }: EnrollmentFacts,
  actual: Completion,
): Conflict | null {
  if (single === null || (asserted.grade === actual.grade && asserted.isPassing === actual.isPassing)) return null;
  return {
    enrollmentId: enrollment.id,
    grade: asserted.grade,
    gradeFromPlatform: actual.grade,
    isPassing: asserted.isPassing,
    isPassingFromPlatform: actual.isPassing,
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
    totalHours: traitsOf(configuration.channel).reportsHours ? hours : null,
    identity: link.identity,
  };
}

/** A subsection without a percent, with zero percent, or without an id is not sent. */
function buildAssessments(request: ExportRequest, facts: EnrollmentFacts, gradebook: GradebookAnswer): BuildResult {
  const { enrollment, link } = facts;
  if (!isIdentified(request, facts)) return { do: 'skip', reason: 'no-channel-identity', conflict: null };
  const [courseId] = courseIdsOf(request.configuration.channel, enrollment);
  const common = { enrollmentId: enrollment.id, userId: link.userId, courseId, courseRunId: enrollment.courseRunId };
  const records = gradebook.flatMap(({ subsectionId, subsectionName, percent, pointsEarned, pointsPossible }) => {
    if (subsectionId === null || percent === null || percent === '0') return [];
    const record: AssessmentRecord = {
      kind: 'assessment',
      ...common,
      subsectionId,
      subsectionName,
      percent,
      pointsEarned,
      pointsPossible,
      identity: link.identity,
    };
    return [record];
  });
  if (records.length === 0) return { do: 'skip', reason: 'no-assessments', conflict: null };
  return { do: 'send', records, conflict: null };
}

function isIdentified({ configuration }: ExportRequest, { link, enrollment }: EnrollmentFacts): boolean {
  return hasIdentity(configuration.channel, link, enrollment);
}
