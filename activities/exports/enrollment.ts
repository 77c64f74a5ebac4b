import type { Knex } from 'knex';
import type { ExportRun } from '../../db/exports/runs';
import type { SelectedEnrollment } from '../../db/exports/selection';
import { decideBeforeLookups, decideWithCourse, decideRecord, type EnrollmentStep } from '../../domain/exports/decide';
import type { Conflict, ExportRecord, ExportRequest, Outcome } from '../../domain/exports/model';
import { outcomeOfAll, outcomeOfAlternatives } from '../../domain/exports/outcomes';
import { buildRecords, type BuildResult } from '../../domain/exports/records';
import type { OpenChannel } from './channel-pool';
import type { CourseLookUp, KnownCourse } from './course-look-ups';
import type { LookUps } from './look-ups';
import { type SendResult, type RecordSender, toSendResult, toOutgoingRecord } from './outgoing-record';

/** What every enrollment of a page is worked on with. */
export interface PageContext {
  knex: Knex;
  run: ExportRun;
  request: ExportRequest;
  open: OpenChannel;
  lookUps: LookUps;
  courses: ReadonlyMap<string, CourseLookUp>;
  sender: RecordSender;
}

/** How one enrollment ended: its one outcome, and what was sent of it under which id. */
export interface EnrollmentResult {
  outcome: Outcome;
  sendResults: { record: ExportRecord; result: SendResult }[];
  /** The records as built, before the send decision and mapping; none where there was nothing to send. */
  records: readonly ExportRecord[];
  conflict: Conflict | null;
}

type Prepared =
  | { outcome: Outcome; conflict: Conflict | null }
  | (Extract<BuildResult, { do: 'send' }> & { course: KnownCourse | null });

/** The course runs a page has to look up. */
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
  if (step.do === 'skip' || step.what !== 'course') return lookUpLearner(context, selected, step, null);
  const course = courses.get(facts.enrollment.courseRunId) ?? 'missing';
  if (course === 'malformed') return withOutcome({ kind: 'quarantined', reason: 'malformed-answer' });
  if (course === 'missing') return lookUpLearner(context, selected, decideWithCourse(request, facts, null), null);
  return lookUpLearner(context, selected, decideWithCourse(request, facts, course.details), course);
}

async function lookUpLearner(
  { request, lookUps }: PageContext,
  { facts, username }: SelectedEnrollment,
  step: EnrollmentStep,
  course: KnownCourse | null,
): Promise<Prepared> {
  if (step.do === 'skip') return withOutcome({ kind: 'skipped', reason: step.reason });
  if (step.what === 'course') throw new Error('The rules ask for the course twice');
  const lookUp = await lookUps.learner(step.what, username, facts.enrollment.courseRunId);
  if (!lookUp.ok) return withOutcome(lookUp.outcome);
  const built = buildRecords(request, facts, course && course.details, lookUp.answer);
  return built.do === 'send'
    ? { ...built, course }
    : withOutcome({ kind: 'skipped', reason: built.reason }, built.conflict);
}

/** Sends what is to be sent of one enrollment. Null: interrupted, it has no outcome yet. */
export async function sendRecords(
  context: PageContext,
  selected: SelectedEnrollment,
  prepared: Prepared,
): Promise<EnrollmentResult | null> {
  if ('outcome' in prepared) return { ...prepared, sendResults: [], records: [] };
  const { records, conflict } = prepared;
  const sendResults: EnrollmentResult['sendResults'] = [];
  const send = async (record: ExportRecord): Promise<SendResult | null> => {
    const result = await sendRecord(context, selected, record, prepared.course);
    if (result) sendResults.push({ record, result });
    return result;
  };
  const [first] = records;
  if (!first) return { outcome: { kind: 'skipped', reason: 'no-assessments' }, sendResults, records, conflict };
  const outcomes = first.kind === 'completion' ? await sendInTurn(records, send) : await sendAll(records, send);
  if (outcomes === null)
    return sendResults.length === 0 ? null : { outcome: INTERRUPTED, sendResults, records, conflict };
  const outcome = first.kind === 'completion' ? outcomeOfAlternatives(outcomes) : outcomeOfAll(outcomes);
  return { outcome, sendResults, records, conflict };
}

/** Not a final outcome: its records are written, the enrollment is processed again. */
export const INTERRUPTED = { kind: 'failed', reason: 'interrupted', retryable: true } as const;

type SendRecord = (record: ExportRecord) => Promise<SendResult | null>;
type Outcomes = [Outcome, ...Outcome[]];

/** The same result under other ids, until one is accepted. */
async function sendInTurn(records: readonly ExportRecord[], send: SendRecord): Promise<Outcomes | null> {
  const outcomes: Outcome[] = [];
  for (const record of records) {
    const result = await send(record);
    if (result === null) return null;
    outcomes.push(result.outcome);
    if (!result.mayTryOther) break;
  }
  return outcomes as Outcomes;
}

async function sendAll(records: readonly ExportRecord[], send: SendRecord): Promise<Outcomes | null> {
  const results = await Promise.all(records.map(send));
  const outcomes = results.flatMap((result) => (result ? [result.outcome] : []));
  return outcomes.length === results.length ? (outcomes as Outcomes) : null;
}

async function sendRecord(
  { request, open, sender }: PageContext,
  { facts }: SelectedEnrollment,
  record: ExportRecord,
  course: KnownCourse | null,
): Promise<SendResult | null> {
  const decision = decideRecord(request, facts, record);
  if (decision.do === 'unchanged') return toSendResult({ kind: 'unchanged' });
  if (decision.do === 'skip') return toSendResult({ kind: 'skipped', reason: decision.reason });
  const outgoing = toOutgoingRecord(open, record, {
    courseKey: facts.enrollment.courseKey,
    courseDescription: course?.description ?? null,
    courseUuid: course?.uuid ?? null,
  });
  return 'outcome' in outgoing ? outgoing : sender.send(outgoing);
}

function withOutcome(
  outcome: Outcome,
  conflict: Conflict | null = null,
): { outcome: Outcome; conflict: Conflict | null } {
  return { outcome, conflict };
}
