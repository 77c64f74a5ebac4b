import { compareExportCase } from '../../golden/enterprise-comparison';
import { RECORDED_NOW } from '../../golden/enterprise-facts';
import type { SeenExport } from '../../golden/enterprise-run';
import type { ConformanceStack } from '../conformance-stack';
import { inPool, type RunOptions } from '../pool';
import type { RecordedExport } from './export-files';
import { ExportCaseNames } from './export-names';
import { seenInDryRun } from './export-seen';
import { sendingDifference } from './export-sent';
import { canvasCourses, customerOf, playedBy, setUpCustomers } from './export-stage';

/** What came of one export; `difference` is one that nobody wanted. */
export interface ExportCaseResult {
  recorded: RecordedExport;
  observed?: SeenExport;
  /** Whether it was really sent, besides the dry run whose records are compared. */
  sent: boolean;
  wanted: string[];
  difference?: string;
}

/** Runs recorded exports against the stack, several at a time, each for a customer of its own. */
export async function runExports(
  stack: ConformanceStack,
  all: readonly RecordedExport[],
  options: RunOptions<ExportCaseResult>,
): Promise<ExportCaseResult[]> {
  const named = all.map((recorded, order) => ({
    recorded,
    one: recorded.one,
    names: new ExportCaseNames(`x${order + 1}`),
  }));
  await stack.simulator.channel('canvas').set({ courses: canvasCourses(named) });
  return inPool(named, ({ recorded, names }) => compareExport(stack, recorded, names), options);
}

async function compareExport(
  stack: ConformanceStack,
  recorded: RecordedExport,
  names: ExportCaseNames,
): Promise<ExportCaseResult> {
  try {
    await setUpCustomers(stack, recorded, names);
    return await played(stack, recorded, names);
  } catch (error) {
    return { recorded, sent: false, wanted: [], difference: `could not be run: ${(error as Error).message}` };
  }
}

async function played(
  stack: ConformanceStack,
  recorded: RecordedExport,
  names: ExportCaseNames,
): Promise<ExportCaseResult> {
  const { exports: api } = stack;
  const { one, level } = recorded;
  const channel = `/customers/${customerOf(names, 'main')}/channels/own`;
  const body = requestBody(recorded, names);
  const dryRun = await api.export(channel, { ...body, dryRun: true });
  if ('refused' in dryRun) return resultOf(recorded, notExported(dryRun.refused), false);
  const dryRunRecords = await api.records(dryRun.end.exportId);
  const observed = seenInDryRun(one, dryRunRecords, names);
  const by = playedBy(one.channel, level);
  if (!by) return resultOf(recorded, observed, false);
  const run = await api.export(channel, body);
  if ('refused' in run) throw new Error(`the run was refused, its rehearsal not: ${run.refused}`);
  const sent = await api.records(run.end.exportId);
  const difference = await sendingDifference(stack, by, names, { dryRun: dryRunRecords, sent });
  const result = resultOf(recorded, observed, true);
  return difference === undefined ? result : { ...result, difference: `${one.id}: ${difference}` };
}

/** Whoever is not to be exported alone is not found: the recordings list the enrollment as not selected. */
function notExported(code: string): SeenExport {
  return { outcomes: new Map(), conflicts: [], ...(code === 'enrollment-not-found' ? {} : { refused: code }) };
}

/** The body of the request that starts a recorded export. */
export function requestBody({ one, level }: RecordedExport, names: ExportCaseNames): Record<string, unknown> {
  const { call, world } = one;
  const learner = world.learners.find(({ username }) => username === call.learner);
  const { learner: name, course_run_id: run, grade, is_passing: isPassing, subsection_id: subsectionId } = call;
  return {
    level,
    asOf: RECORDED_NOW.toISOString(),
    skipTransmitted: call.transmission_audit && call.skip_transmitted !== false,
    ...(name === undefined ? {} : { learnerId: String(learner?.user_id) }),
    ...(run === undefined ? {} : { courseRunId: names.own(run) }),
    ...(grade === undefined || grade === null ? {} : { grade: String(grade) }),
    ...(isPassing === undefined ? {} : { isPassing }),
    ...(subsectionId ? { subsectionId } : {}),
  };
}

function resultOf(recorded: RecordedExport, observed: SeenExport, sent: boolean): ExportCaseResult {
  const result = compareExportCase(recorded.one, recorded.level, observed);
  const { difference } = result;
  if (difference === undefined) return { recorded, observed, sent, wanted: result.wanted };
  return { recorded, observed, sent, wanted: [], difference };
}
