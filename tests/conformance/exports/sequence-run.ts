import { followedSends } from '../../golden/enterprise-sequence-followed';
import { type GoldenStep, worldOf } from '../../golden/enterprise-sequences';
import type { House } from '../house';
import { inLanes, type RunOptions } from '../lanes';
import { ChannelFailures } from './channel-failures';
import { CaseNames } from './export-names';
import { canvasCourses, customerOf, playedBy, setUpWorld } from './export-stage';
import { rehearsedStep } from './rehearsed-step';
import { sentStep } from './sent-step';
import type { RecordedSequence } from './transmission-files';

/** What came of a sequence; `difference` is one that nobody wanted. */
export interface SequenceVerdict {
  recorded: RecordedSequence;
  /** Messages told at each step: by the ledger, or (`rehearsed`) as the dry run would have sent them. */
  sends: number[];
  rehearsed: boolean;
  wanted: string[];
  difference?: string;
}

/** A step in its customer's house. */
export interface StepStage {
  house: House;
  failures: ChannelFailures;
  names: CaseNames;
  recorded: RecordedSequence;
  step: GoldenStep;
  /** Its place, from 0. */
  at: number;
}

/** Plays recorded sequences: one export after the other, the ledger kept by the running system. */
export async function runSequences(
  house: House,
  all: readonly RecordedSequence[],
  options: RunOptions<SequenceVerdict>,
): Promise<SequenceVerdict[]> {
  const named = all.map((recorded, order) => ({ recorded, names: new CaseNames(`s${order + 1}`) }));
  const worlds = named.flatMap(({ recorded: { one }, names }) =>
    one.steps.slice(0, 1).map((step) => ({ one: worldOf(one, step), names })),
  );
  await house.simulator.channel('canvas', { courses: canvasCourses(worlds) });
  const failures = new ChannelFailures(house);
  return inLanes(named, (one) => judged({ house, failures, ...one }), options);
}

async function judged(stage: Omit<StepStage, 'step' | 'at'>): Promise<SequenceVerdict> {
  const { recorded } = stage;
  const expected = followedSends(recorded.one);
  const rehearsed = playedBy(recorded.one.channel, 'completion') === null;
  const sends: number[] = [];
  try {
    for (const [at, step] of recorded.one.steps.entries()) sends.push(await played({ ...stage, step, at }));
  } catch (error) {
    const difference = `could not be run: ${(error as Error).message}`;
    return { recorded, sends, rehearsed, wanted: [], difference };
  }
  const agrees = expected.sends.every((count, at) => count === null || count === sends[at]);
  if (agrees) return { recorded, sends, rehearsed, wanted: expected.wanted };
  const difference = `expected ${expected.sends.join()}, told ${sends.join()}`;
  return { recorded, sends, rehearsed, wanted: [], difference };
}

async function played(stage: StepStage): Promise<number> {
  const { house, names, step } = stage;
  const { fileName, index, one } = stage.recorded;
  const world = { fileName, index, level: 'completion' as const, one: worldOf(one, step) };
  if (step.delete_audits) await emptyLedger(house, customerOf(names, 'main'));
  await setUpWorld(house, world, names, { inDoubt: 'resend' });
  const by = playedBy(one.channel, 'completion');
  return by ? sentStep(stage, world, by) : rehearsedStep(stage, world);
}

/**
 * What somebody with SQL did in the recordings: nobody can over HTTP. Cornerstone's clicks stand in the same table there and
 * go with it.
 */
async function emptyLedger({ knex }: House, customerId: string): Promise<void> {
  await knex('transmissions').where({ customer_id: customerId }).delete();
  await knex('click_throughs').where({ customer_id: customerId }).delete();
}
