import { decideBeforeLookups, decideWithCourse, type LookupAnswer } from '../../domain/exports/decide';
import { type Decoded, decodeCertificate, decodeCourse, decodeGrade, decodeGradebook } from '../../domain/exports/decode-answers';
import type { Conflict, CourseDetails, EnrollmentFacts, ExportLevel, ExportRequest } from '../../domain/exports/model';
import type { ExportRecord } from '../../domain/exports/model';
import { buildRecords } from '../../domain/exports/records';
import { selects } from '../../domain/exports/selection';
import type { GoldenAnswer, GoldenEnrollment, GoldenExport } from './enterprise-cases';
import { factsOf, requestOf } from './enterprise-facts';

/** What became of one selected enrollment, short of sending. */
export type SeenOutcome =
  | { do: 'send'; records: readonly ExportRecord[] }
  | { do: 'skip'; reason: string }
  | { do: 'fail' };

/** What an export of a recorded world was seen to do; an enrollment that isn't listed was not selected. */
export interface SeenExport {
  refused?: string;
  outcomes: Map<number, SeenOutcome>;
  conflicts: Conflict[];
}

type LookUp = 'certificate' | 'grade' | 'gradebook';

/** Runs the pure rules over a recorded world; its recorded answers stand for the services. */
export function runRules(one: GoldenExport, level: ExportLevel, known: typeof factsOf = factsOf): SeenExport {
  const seen: SeenExport = { outcomes: new Map(), conflicts: [] };
  const request = requestOf(one, level);
  if ('refused' in request) return { ...seen, refused: request.refused };
  for (const enrollment of one.world.enrollments) {
    const facts = known(one, enrollment, level);
    if (!selects(request, facts)) continue;
    const { outcome, conflict } = outcomeOf(one, request, facts, enrollment);
    seen.outcomes.set(enrollment.id, outcome);
    if (conflict) seen.conflicts.push(conflict);
  }
  return seen;
}

function outcomeOf(
  one: GoldenExport,
  request: ExportRequest,
  facts: EnrollmentFacts,
  enrollment: GoldenEnrollment,
): { outcome: SeenOutcome; conflict?: Conflict | null } {
  let step = decideBeforeLookups(request, facts);
  let course: CourseDetails | 'malformed' | null = null;
  if (step.do === 'ask' && step.what === 'course') {
    course = courseOf(one, enrollment);
    if (course === 'malformed') return { outcome: { do: 'fail' } };
    step = decideWithCourse(request, facts, course);
  }
  if (step.do === 'skip') return { outcome: step };
  if (step.what === 'course') throw new Error(`${one.id}: the course is asked for twice`);
  const answered = answerOf(one, enrollment, step.what);
  if (answered === null) return { outcome: { do: 'fail' } };
  const built = buildRecords(request, facts, course, answered);
  const { conflict } = built;
  return { conflict, outcome: built.do === 'send' ? { do: 'send', records: built.records } : built };
}

function courseOf(one: GoldenExport, { course_run_id: run }: GoldenEnrollment): CourseDetails | 'malformed' | null {
  const course = one.world.courses.find(({ course_run_id: id }) => id === run);
  if (!course || course.details_status !== 200) return null;
  const decoded = decodeCourse(course.details, run, course.catalog_run_found ? course.estimated_hours : null);
  return decoded.ok ? decoded.answer : 'malformed';
}

/**
 * Null where the service fails or answers nonsense: the record fails, the run goes on (docs/decided-differences.md#e3).
 */
function answerOf(one: GoldenExport, enrollment: GoldenEnrollment, of: LookUp): LookupAnswer | null {
  const given: GoldenAnswer = enrollment[of] ?? { status: 404, body: {} };
  if (given.raw !== undefined || (given.status !== 200 && given.status !== 404)) return null;
  const learner = one.world.learners.find(
    ({ enterprise_customer_user_id: id }) => id === enrollment.enterprise_customer_user_id,
  );
  const username = learner?.username ?? '';
  if (of === 'certificate') return wrap(of, given, decodeCertificate(given.body), { found: false });
  if (of === 'grade') return wrap(of, given, decodeGrade(given.body, username), { found: false });
  return wrap(of, given, decodeGradebook(given.body, username), []);
}

function wrap<Of extends LookUp, Answer>(of: Of, { status }: GoldenAnswer, decoded: Decoded<Answer>, missing: Answer) {
  if (status === 404) return { of, answer: missing } as LookupAnswer & { of: Of };
  return decoded.ok ? ({ of, answer: decoded.answer } as LookupAnswer & { of: Of }) : null;
}
