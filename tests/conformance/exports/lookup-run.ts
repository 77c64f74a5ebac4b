import type { ImportLine } from '../../../contracts/http/customer-import';
import type { ExportRecordAnswer } from '../../../contracts/http/exports';
import { enrolledLearner } from '../../../dev/customer-set-up';
import type { ExportLevel } from '../../../domain/exports/model';
import { RECORDED_NOW } from '../../golden/enterprise-facts';
import { expectedLookup, type GoldenLookup, type GoldenLookupRow } from '../../golden/enterprise-lookups';
import type { ConformanceStack } from '../conformance-stack';
import { inPool, type RunOptions } from '../pool';
import type { RecordedLookup } from './transmission-files';

/** What the running system answered a look-up; `difference` is one that nobody wanted. */
export interface LookupResult {
  recorded: RecordedLookup;
  level: ExportLevel;
  /** Null: it could not be asked. */
  answer: boolean | null;
  difference?: string;
}

/** All look-ups ask of learners in one course run: services tell them apart by name only. */
const COURSE_RUN = 'course-v1:lookups+L01+2021';

/** Puts each look-up to the running system: a dry run of one learner says whether the grade was sent already. */
export async function runLookups(
  stack: ConformanceStack,
  all: readonly RecordedLookup[],
  options: RunOptions<LookupResult>,
): Promise<LookupResult[]> {
  if (all.length > 0) await answerServices(stack, all);
  return inPool(all, (recorded, order) => compareLookup(stack, recorded, `l${order + 1}`), options);
}

async function compareLookup(
  stack: ConformanceStack,
  recorded: RecordedLookup,
  customerId: string,
): Promise<LookupResult> {
  const { one } = recorded;
  const level = levelOf(one);
  try {
    const answer = await answerOf(stack, one, level, customerId);
    const expected = expectedLookup(one);
    if (answer === expected) return { recorded, level, answer };
    return { recorded, level, answer, difference: `expected ${expected}, answered ${answer}` };
  } catch (error) {
    return { recorded, level, answer: null, difference: `could not be run: ${(error as Error).message}` };
  }
}

/** A recorded table is the ledger of one level; subsections there are in that of assessments alone. */
function levelOf({ rows, query }: GoldenLookup): ExportLevel {
  return [query, ...rows].some(({ subsection_id: subsection }) => subsection) ? 'assessment' : 'completion';
}

async function answerOf(
  stack: ConformanceStack,
  one: GoldenLookup,
  level: ExportLevel,
  customerId: string,
): Promise<boolean> {
  const { exports: api } = stack;
  const {
    enrollment_id: enrollmentId,
    plugin_configuration_id: configuration,
    grade,
    subsection_id: subsection,
  } = one.query;
  await api.put(`/customers/${customerId}`, { name: 'Look-up', slug: customerId });
  for (const id of idsOf(one, 'plugin_configuration_id')) {
    await api.put(`/customers/${customerId}/channels/${id}`, { kind: 'GENERIC', dryRun: true });
  }
  await api.import(customerId, [...enrollmentLines(one), ...one.rows.map((row) => auditLine(row, level))]);
  const run = await api.export(`/customers/${customerId}/channels/${configuration}`, {
    level,
    learnerId: learnerOf(enrollmentId),
    courseRunId: COURSE_RUN,
    grade,
    dryRun: true,
    ...(subsection ? { subsectionId: subsection } : {}),
    asOf: RECORDED_NOW.toISOString(),
  });
  if ('refused' in run) throw new Error(`the dry run was refused: ${run.refused}`);
  return said(await api.records(run.end.exportId), enrollmentId);
}

/** A grade not found as sent is exported, or is unchanged at the channel: any other outcome is an error. */
function said(records: readonly ExportRecordAnswer[], enrollmentId: number): boolean {
  const [record, ...others] = records;
  if (!record || others.length > 0 || record.enrollmentId !== String(enrollmentId))
    throw new Error('it told of others');
  const { outcome, reason } = record;
  if (outcome === 'skipped' && reason === 'already-transmitted') return true;
  if (outcome === 'sent' || outcome === 'unchanged') return false;
  throw new Error(`the dry run ended ${outcome} ${reason ?? ''}`);
}

function idsOf({ rows, query }: GoldenLookup, name: 'enrollment_id' | 'plugin_configuration_id'): number[] {
  return [...new Set([query, ...rows].map((row) => row[name]))];
}

function learnerOf(enrollmentId: number): string {
  return `learner-${enrollmentId}`;
}

function enrollmentLines(one: GoldenLookup): ImportLine[] {
  return idsOf(one, 'enrollment_id').flatMap((enrollmentId) => {
    const userId = learnerOf(enrollmentId);
    const learner = { userId, username: userId, email: `${userId}@example.com` };
    return enrolledLearner({ enrollmentId, courseRunId: COURSE_RUN }, learner);
  });
}

/** The tables have two words for no subsection, an import has one. */
function auditLine(row: GoldenLookupRow, level: ExportLevel): ImportLine {
  return {
    kind: 'audit',
    level,
    auditId: row.id,
    channelId: String(row.plugin_configuration_id),
    enrollmentId: row.enrollment_id,
    courseId: COURSE_RUN,
    subsectionId: row.subsection_id || null,
    grade: row.grade,
    isTransmitted: row.is_transmitted,
    errorMessage: row.error_message,
  };
}

/** What the services say lets everybody be exported. */
async function answerServices({ simulator }: ConformanceStack, all: readonly RecordedLookup[]): Promise<void> {
  const run = COURSE_RUN;
  const details = { course_id: run, id: run, name: 'Look-ups', end: '2021-06-05T12:00:00Z', pacing: 'self' };
  await simulator.answer('learner-data', { what: 'course', courseId: run, status: 200, body: details });
  for (const id of new Set(all.map(({ one }) => one.query.enrollment_id))) {
    const username = learnerOf(id);
    const subject = { courseId: run, username, status: 200 };
    const graded = { attempted: true, subsection_name: 'Unit 1', label: 'U 1', percent: 0.37, module_id: 'block-0' };
    const gradebook = { results: [{ username, section_breakdown: [graded] }] };
    await simulator.answer('learner-data', {
      what: 'grade',
      ...subject,
      body: [{ username, passed: true, percent: 0.37 }],
    });
    await simulator.answer('learner-data', { what: 'gradebook', ...subject, body: gradebook });
  }
}
