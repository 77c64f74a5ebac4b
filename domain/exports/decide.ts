import { hasIdentity, traitsOf } from './channels';
import { gradeSourceOf } from './completion';
import type {
  CertificateAnswer,
  CourseDetails,
  EnrollmentFacts,
  ExportRecord,
  ExportRequest,
  GradeAnswer,
  GradebookAnswer,
  SkipReason,
} from './model';
import { isAuditMode, withholdReason } from './selection';
import { transmittedGrade, wasTransmitted } from './transmissions';

/** The next step of one enrollment: skip it, look up its course, or look up its learner. */
export type EnrollmentStep =
  | { do: 'skip'; reason: SkipReason }
  | { do: 'ask'; what: 'course' }
  | { do: 'ask'; what: 'certificate' | 'grade' | 'gradebook' };

/** The result of the learner's look-up. */
export type LookupAnswer =
  | { of: 'certificate'; answer: CertificateAnswer }
  | { of: 'grade'; answer: GradeAnswer }
  | { of: 'gradebook'; answer: GradebookAnswer };

/**
 * The first step of an enrollment that is selected (permission.ts), from what the database knows. The order in which
 * reasons are found is the recorded one (docs/recorded-behaviour.md#selection-and-decision-rules), so that the reason
 * shown is too.
 */
export function decideBeforeLookups(request: ExportRequest, facts: EnrollmentFacts): EnrollmentStep {
  if (request.level === 'completion') {
    return assertedGradeWasSent(request, facts) ? skip('already-transmitted') : { do: 'ask', what: 'course' };
  }
  if (request.single !== null && assertedGradeWasSent(request, facts)) return skip('already-transmitted');
  const reason = withholdReason(request.customer, facts);
  if (reason !== null) return skip(reason);
  return request.single === null ? lookUpLearner(request, facts, 'gradebook') : { do: 'ask', what: 'course' };
}

/** The second step, after the course look-up; null = the courses service has no such run (or not now). */
export function decideWithCourse(
  request: ExportRequest,
  facts: EnrollmentFacts,
  course: CourseDetails | null,
): EnrollmentStep {
  if (course === null) return skip('no-course-details');
  const reason = withholdReason(request.customer, facts);
  if (reason !== null) return skip(reason);
  const isAudit = isAuditMode(facts.enrollment.mode);
  return lookUpLearner(request, facts, request.level === 'assessment' ? 'gradebook' : gradeSourceOf(course, isAudit));
}

/**
 * What to do with one finished record. A course that isn't completed is not sent; a channel that needs a
 * percent gets none made up (docs/decided-differences.md#e6); what the channel accepted already is not sent again (E5).
 */
export function decideRecord(
  request: ExportRequest,
  { transmissions }: Pick<EnrollmentFacts, 'transmissions'>,
  record: ExportRecord,
): { do: 'send' } | { do: 'skip'; reason: SkipReason } | { do: 'unchanged' } {
  const { id: configurationId, channel } = request.configuration;
  if (record.kind === 'completion') {
    if (record.completedAt === null) return { do: 'skip', reason: 'not-completed' };
    if (traitsOf(channel).needsPercent && record.percent === null) return { do: 'skip', reason: 'no-percent' };
  }
  if (!request.skipTransmitted) return { do: 'send' };
  const grade = transmittedGrade(channel, record);
  const subsectionId = record.kind === 'assessment' ? record.subsectionId : null;
  const query = { configurationId, enrollmentId: record.enrollmentId, grade, subsectionId };
  return wasTransmitted(transmissions, query) ? { do: 'unchanged' } : { do: 'send' };
}

/** A learner without identity at the channel isn't looked up, but in a single run, which reports conflicts. */
function lookUpLearner(
  { single, configuration }: ExportRequest,
  { link, enrollment }: EnrollmentFacts,
  what: 'certificate' | 'grade' | 'gradebook',
): EnrollmentStep {
  const known = hasIdentity(configuration.channel, link, enrollment);
  return known || single !== null ? { do: 'ask', what } : skip('no-channel-identity');
}

/**
 * The caller's asserted grade is compared with the enrollment's own last transmission (docs/decided-differences.md#e1).
 */
function assertedGradeWasSent(
  { skipTransmitted, configuration, asserted, single }: ExportRequest,
  facts: EnrollmentFacts,
): boolean {
  const { enrollment, transmissions } = facts;
  const subsectionId = single?.subsectionId ?? null;
  const query = { configurationId: configuration.id, enrollmentId: enrollment.id, grade: asserted.grade, subsectionId };
  return skipTransmitted && wasTransmitted(transmissions, query);
}

function skip(reason: SkipReason): EnrollmentStep {
  return { do: 'skip', reason };
}
