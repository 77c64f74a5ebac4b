import { judgeExport } from '../../golden/enterprise-verdict';
import type { SeenExport } from '../../golden/enterprise-run';
import { RECORDED_NOW } from '../../golden/enterprise-world';
import type { House } from '../house';
import { inLanes, type RunOptions } from '../lanes';
import type { RecordedExport } from './export-files';
import { CaseNames } from './export-names';
import { seenInDryRun } from './export-seen';
import { sendingDifference } from './export-sent';
import { canvasCourses, customerOf, playedBy, setUpWorld } from './export-stage';

/** What came of one export; `difference` is one that nobody wanted. */
export interface ExportCaseVerdict {
  recorded: RecordedExport;
  observed?: SeenExport;
  /** Whether it really went out, beside the rehearsal whose records are compared. */
  sent: boolean;
  wanted: string[];
  difference?: string;
}

/** Runs recorded exports through the house, several at a time, each for a customer of its own. */
export async function runExports(
  house: House,
  all: readonly RecordedExport[],
  options: RunOptions<ExportCaseVerdict>,
): Promise<ExportCaseVerdict[]> {
  const named = all.map((recorded, order) => ({ recorded, one: recorded.one, names: new CaseNames(`x${order + 1}`) }));
  await house.simulator.channel('canvas', { courses: canvasCourses(named) });
  return inLanes(named, ({ recorded, names }) => judged(house, recorded, names), options);
}

async function judged(house: House, recorded: RecordedExport, names: CaseNames): Promise<ExportCaseVerdict> {
  try {
    await setUpWorld(house, recorded, names);
    return await played(house, recorded, names);
  } catch (error) {
    return { recorded, sent: false, wanted: [], difference: `could not be run: ${(error as Error).message}` };
  }
}

async function played(house: House, recorded: RecordedExport, names: CaseNames): Promise<ExportCaseVerdict> {
  const { exports: api } = house;
  const { one, level } = recorded;
  const channel = `/customers/${customerOf(names, 'main')}/channels/own`;
  const body = requestBody(recorded, names);
  const rehearsal = await api.export(channel, { ...body, dryRun: true });
  if ('refused' in rehearsal) return verdictOn(recorded, notExported(rehearsal.refused), false);
  const rehearsed = await api.records(rehearsal.ended.exportId);
  const observed = seenInDryRun(one, rehearsed, names);
  const by = playedBy(one.channel, level);
  if (!by) return verdictOn(recorded, observed, false);
  const run = await api.export(channel, body);
  if ('refused' in run) throw new Error(`the run was refused, its rehearsal not: ${run.refused}`);
  const sent = await api.records(run.ended.exportId);
  const difference = await sendingDifference(house, by, names, { rehearsed, sent });
  const verdict = verdictOn(recorded, observed, true);
  return difference === undefined ? verdict : { ...verdict, difference: `${one.id}: ${difference}` };
}

/** Whoever is not to be exported alone is not found: the recordings list the enrollment as not selected. */
function notExported(code: string): SeenExport {
  return { outcomes: new Map(), conflicts: [], ...(code === 'enrollment-not-found' ? {} : { refused: code }) };
}

/** The body of the request that starts a recorded export. */
export function requestBody({ one, level }: RecordedExport, names: CaseNames): Record<string, unknown> {
  const { call, world } = one;
  const learner = world.learners.find(({ username }) => username === call.learner);
  const { learner: name, course_run_id: run, grade, is_passing: isPassing, subsection_id: subsectionId } = call;
  return {
    ...{ level, asOf: RECORDED_NOW.toISOString() },
    skipTransmitted: call.transmission_audit && call.skip_transmitted !== false,
    ...(name === undefined ? {} : { learnerId: String(learner?.user_id) }),
    ...(run === undefined ? {} : { courseRunId: names.own(run) }),
    ...(grade === undefined || grade === null ? {} : { grade: String(grade) }),
    ...(isPassing === undefined ? {} : { isPassing }),
    ...(subsectionId ? { subsectionId } : {}),
  };
}

function verdictOn(recorded: RecordedExport, observed: SeenExport, sent: boolean): ExportCaseVerdict {
  const verdict = judgeExport(recorded.one, recorded.level, observed);
  const { difference } = verdict;
  if (difference === undefined) return { recorded, observed, sent, wanted: verdict.wanted };
  return { recorded, observed, sent, wanted: [], difference };
}
