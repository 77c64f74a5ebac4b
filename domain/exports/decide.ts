import { gradeSent, alreadyTransmitted } from './transmitted';
import { hasIdentity, traitsOf } from './channels';
import { sourceOf } from './completion';
import { isAuditMode, withheld } from './permission';
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

/** What comes next for one enrollment: nothing, the question about its course, or the one about its learner. */
export type Step =
  | { do: 'skip'; reason: SkipReason }
  | { do: 'ask'; what: 'course' }
  | { do: 'ask'; what: 'certificate' | 'grade' | 'gradebook' };

/** The answer to the one question about the learner. */
export type LearnerAnswer =
  | { of: 'certificate'; answer: CertificateAnswer }
  | { of: 'grade'; answer: GradeAnswer }
  | { of: 'gradebook'; answer: GradebookAnswer };

/**
 * The first step of an enrollment that is selected (permission.ts), from what the database knows. The order in which
 * reasons are found is the recorded one (golden README, "Selection and decision rules"), so that the reason shown is too.
 */
export function decideBeforeLookups(request: ExportRequest, facts: EnrollmentFacts): Step {
  if (request.level === 'completion') {
    return claimWasSent(request, facts) ? skip('already-transmitted') : { do: 'ask', what: 'course' };
  }
  if (request.single !== null && claimWasSent(request, facts)) return skip('already-transmitted');
  const reason = withheld(request.customer, facts);
  if (reason !== null) return skip(reason);
  return request.single === null ? askLearner(request, facts, 'gradebook') : { do: 'ask', what: 'course' };
}

/** The second step, once the course was asked for; null = the courses service has no such run (or not now). */
export function decideWithCourse(request: ExportRequest, facts: EnrollmentFacts, course: CourseDetails | null): Step {
  if (course === null) return skip('no-course-details');
  const reason = withheld(request.customer, facts);
  if (reason !== null) return skip(reason);
  const isAudit = isAuditMode(facts.enrollment.mode);
  return askLearner(request, facts, request.level === 'assessment' ? 'gradebook' : sourceOf(course, isAudit));
}

/**
 * What is to be done with one finished record. Nothing is told of a course that isn't completed; a channel that takes
 * nothing but percents gets none made up (WANTED E6); what the channel has already is not told again (E5).
 */
export function judgeRecord(
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
  const grade = gradeSent(channel, record);
  const subsectionId = record.kind === 'assessment' ? record.subsectionId : null;
  const question = { configurationId, enrollmentId: record.enrollmentId, grade, subsectionId };
  return alreadyTransmitted(transmissions, question) ? { do: 'unchanged' } : { do: 'send' };
}

/** A learner the channel cannot know isn't asked about, but in a single run, whose caller is owed a conflict report. */
function askLearner(
  { single, configuration }: ExportRequest,
  { link, enrollment }: EnrollmentFacts,
  what: 'certificate' | 'grade' | 'gradebook',
): Step {
  const known = hasIdentity(configuration.channel, link, enrollment);
  return known || single !== null ? { do: 'ask', what } : skip('no-channel-identity');
}

/** The caller's grade, not a guess, is held against the enrollment's own last transmission (WANTED E1). */
function claimWasSent(
  { skipTransmitted, configuration, claim, single }: ExportRequest,
  facts: EnrollmentFacts,
): boolean {
  const { enrollment, transmissions } = facts;
  const subsectionId = single?.subsectionId ?? null;
  const question = { configurationId: configuration.id, enrollmentId: enrollment.id, grade: claim.grade, subsectionId };
  return skipTransmitted && alreadyTransmitted(transmissions, question);
}

function skip(reason: SkipReason): Step {
  return { do: 'skip', reason };
}
