import { expectedSends } from '../../golden/enterprise-sequence-expected';
import { type GoldenStep, exportOfStep } from '../../golden/enterprise-sequences';
import type { ConformanceStack } from '../conformance-stack';
import { inPool, type RunOptions } from '../pool';
import { ChannelFailures } from './channel-failures';
import { dryRunStep } from './dry-run-step';
import { ExportCaseNames } from './export-names';
import { canvasCourses, customerOf, playedBy, setUpCustomers } from './export-stage';
import { sentStep } from './sent-step';
import type { RecordedSequence } from './transmission-files';

/** What came of a sequence; `difference` is one that nobody wanted. */
export interface SequenceResult {
  recorded: RecordedSequence;
  /** Messages sent at each step: by the ledger, or (`isDryRun`) as the dry run would have sent them. */
  sends: number[];
  isDryRun: boolean;
  wanted: string[];
  difference?: string;
}

/** A step with what it is run with. */
export interface StepContext {
  stack: ConformanceStack;
  failures: ChannelFailures;
  names: ExportCaseNames;
  recorded: RecordedSequence;
  step: GoldenStep;
  /** Its index, from 0. */
  at: number;
}

/** Plays recorded sequences: one export after the other, the ledger kept by the running system. */
export async function runSequences(
  stack: ConformanceStack,
  all: readonly RecordedSequence[],
  options: RunOptions<SequenceResult>,
): Promise<SequenceResult[]> {
  const named = all.map((recorded, order) => ({ recorded, names: new ExportCaseNames(`s${order + 1}`) }));
  const firstExports = named.flatMap(({ recorded: { one }, names }) =>
    one.steps.slice(0, 1).map((step) => ({ one: exportOfStep(one, step), names })),
  );
  await stack.simulator.channel('canvas').set({ courses: canvasCourses(firstExports) });
  const failures = new ChannelFailures(stack);
  return inPool(named, (one) => compareSequence({ stack, failures, ...one }), options);
}

async function compareSequence(stage: Omit<StepContext, 'step' | 'at'>): Promise<SequenceResult> {
  const { recorded } = stage;
  const expected = expectedSends(recorded.one);
  const isDryRun = playedBy(recorded.one.channel, 'completion') === null;
  const sends: number[] = [];
  try {
    for (const [at, step] of recorded.one.steps.entries()) sends.push(await played({ ...stage, step, at }));
  } catch (error) {
    const difference = `could not be run: ${(error as Error).message}`;
    return { recorded, sends, isDryRun, wanted: [], difference };
  }
  const agrees = expected.sends.every((count, at) => count === null || count === sends[at]);
  if (agrees) return { recorded, sends, isDryRun, wanted: expected.wanted };
  const difference = `expected ${expected.sends.join()}, told ${sends.join()}`;
  return { recorded, sends, isDryRun, wanted: [], difference };
}

async function played(stage: StepContext): Promise<number> {
  const { stack, names, step } = stage;
  const { fileName, index, one } = stage.recorded;
  const stepExport = { fileName, index, level: 'completion' as const, one: exportOfStep(one, step) };
  if (step.delete_audits) await emptyLedger(stack, customerOf(names, 'main'));
  await setUpCustomers(stack, stepExport, names, { inDoubt: 'resend' });
  const by = playedBy(one.channel, 'completion');
  return by ? sentStep(stage, stepExport, by) : dryRunStep(stage, stepExport);
}

/**
 * What somebody with SQL did in the recordings: nobody can over HTTP. Cornerstone's clicks stand in the same table there and
 * go with it.
 */
async function emptyLedger({ knex }: ConformanceStack, customerId: string): Promise<void> {
  await knex('transmissions').where({ customer_id: customerId }).delete();
  await knex('click_throughs').where({ customer_id: customerId }).delete();
}
