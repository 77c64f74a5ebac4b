import type { Knex } from 'knex';
import type { ExportRun } from '../../db/exports/runs';
import type { SelectedEnrollment } from '../../db/exports/selection';
import { decideBeforeLookups, decideWithCourse, judgeRecord, type Step } from '../../domain/exports/decide';
import type { Conflict, ExportRecord, ExportRequest, Outcome } from '../../domain/exports/model';
import { outcomeOfAll, outcomeOfAlternatives } from '../../domain/exports/outcomes';
import { buildRecords, type Built } from '../../domain/exports/records';
import type { OpenChannel } from './channel-pool';
import type { CourseAnswer, KnownCourse } from './course-look-ups';
import { type Delivered, type Delivery, ended, parcelOf } from './delivery';
import type { LookUps } from './look-ups';

/** What every enrollment of a page is worked on with. */
export interface PageContext {
  knex: Knex;
  run: ExportRun;
  request: ExportRequest;
  open: OpenChannel;
  lookUps: LookUps;
  courses: ReadonlyMap<string, CourseAnswer>;
  delivery: Delivery;
}

/** How one enrollment ended: its one outcome, and what was told of it under which id. */
export interface UnitEnd {
  outcome: Outcome;
  delivered: { record: ExportRecord; result: Delivered }[];
  /** What was worked out, before it was judged and mapped; none where there was nothing to tell. */
  records: readonly ExportRecord[];
  conflict: Conflict | null;
}

type Prepared =
  { outcome: Outcome; conflict: Conflict | null } | (Extract<Built, { do: 'send' }> & { course: KnownCourse | null });

/** Which course runs a page has to ask about. */
export function coursesWanted(request: ExportRequest, page: readonly SelectedEnrollment[]): string[] {
  const wanted = page.filter(({ facts }) => {
    const step = decideBeforeLookups(request, facts);
    return step.do === 'ask' && step.what === 'course';
  });
  return [...new Set(wanted.map(({ facts }) => facts.enrollment.courseRunId))];
}

/** Everything up to the record, or the outcome of an enrollment that has none. @throws Interrupted */
export async function prepare(context: PageContext, selected: SelectedEnrollment): Promise<Prepared> {
  const { request, courses } = context;
  const { facts } = selected;
  const step = decideBeforeLookups(request, facts);
  if (step.do === 'skip' || step.what !== 'course') return askLearner(context, selected, step, null);
  const course = courses.get(facts.enrollment.courseRunId) ?? 'missing';
  if (course === 'malformed') return over({ kind: 'quarantined', reason: 'malformed-answer' });
  if (course === 'missing') return askLearner(context, selected, decideWithCourse(request, facts, null), null);
  return askLearner(context, selected, decideWithCourse(request, facts, course.details), course);
}

async function askLearner(
  { request, lookUps }: PageContext,
  { facts, username }: SelectedEnrollment,
  step: Step,
  course: KnownCourse | null,
): Promise<Prepared> {
  if (step.do === 'skip') return over({ kind: 'skipped', reason: step.reason });
  if (step.what === 'course') throw new Error('The rules ask for the course twice');
  const looked = await lookUps.learner(step.what, username, facts.enrollment.courseRunId);
  if (!looked.ok) return over(looked.outcome);
  const built = buildRecords(request, facts, course && course.details, looked.answer);
  return built.do === 'send' ? { ...built, course } : over({ kind: 'skipped', reason: built.reason }, built.conflict);
}

/** Sends what is to be sent of one enrollment. Null: interrupted, it has no outcome yet. */
export async function deliver(
  context: PageContext,
  selected: SelectedEnrollment,
  prepared: Prepared,
): Promise<UnitEnd | null> {
  if ('outcome' in prepared) return { ...prepared, delivered: [], records: [] };
  const { records, conflict } = prepared;
  const delivered: UnitEnd['delivered'] = [];
  const tell = async (record: ExportRecord): Promise<Delivered | null> => {
    const result = await tellOf(context, selected, record, prepared.course);
    if (result) delivered.push({ record, result });
    return result;
  };
  const [first] = records;
  if (!first) return { outcome: { kind: 'skipped', reason: 'no-assessments' }, delivered, records, conflict };
  const outcomes = first.kind === 'completion' ? await inTurn(records, tell) : await allOf(records, tell);
  if (outcomes === null) return delivered.length === 0 ? null : { outcome: INTERRUPTED, delivered, records, conflict };
  const outcome = first.kind === 'completion' ? outcomeOfAlternatives(outcomes) : outcomeOfAll(outcomes);
  return { outcome, delivered, records, conflict };
}

/** Marks an end that is none: its records are settled, the enrollment is taken up again. */
export const INTERRUPTED = { kind: 'failed', reason: 'interrupted', retryable: true } as const;

type Tell = (record: ExportRecord) => Promise<Delivered | null>;
type Outcomes = [Outcome, ...Outcome[]];

/** The same news under other ids: until one is taken. */
async function inTurn(records: readonly ExportRecord[], tell: Tell): Promise<Outcomes | null> {
  const outcomes: Outcome[] = [];
  for (const record of records) {
    const result = await tell(record);
    if (result === null) return null;
    outcomes.push(result.outcome);
    if (!result.mayTryOther) break;
  }
  return outcomes as Outcomes;
}

async function allOf(records: readonly ExportRecord[], tell: Tell): Promise<Outcomes | null> {
  const results = await Promise.all(records.map(tell));
  const outcomes = results.flatMap((result) => (result ? [result.outcome] : []));
  return outcomes.length === results.length ? (outcomes as Outcomes) : null;
}

async function tellOf(
  { request, open, delivery }: PageContext,
  { facts }: SelectedEnrollment,
  record: ExportRecord,
  course: KnownCourse | null,
): Promise<Delivered | null> {
  const judged = judgeRecord(request, facts, record);
  if (judged.do === 'unchanged') return ended({ kind: 'unchanged' });
  if (judged.do === 'skip') return ended({ kind: 'skipped', reason: judged.reason });
  const parcel = parcelOf(open, record, {
    courseKey: facts.enrollment.courseKey,
    courseDescription: course?.description ?? null,
    courseUuid: course?.uuid ?? null,
  });
  return 'outcome' in parcel ? parcel : delivery.send(parcel);
}

function over(outcome: Outcome, conflict: Conflict | null = null): { outcome: Outcome; conflict: Conflict | null } {
  return { outcome, conflict };
}
