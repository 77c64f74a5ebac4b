import type { SimulatedChannel } from '../../../dev/simulator/channels/channel-settings';
import { followedSends, type GoldenStep, worldOf } from '../../golden/enterprise-sequences';
import type { House } from '../house';
import { inLanes, type RunOptions } from '../lanes';
import { requestBody } from './export-conformance';
import { CaseNames } from './export-names';
import { canvasCourses, customerOf, playedBy, setUpWorld } from './export-stage';
import type { RecordedSequence } from './sequence-files';

/** What came of a sequence; `difference` is one that nobody wanted. */
export interface SequenceVerdict {
  recorded: RecordedSequence;
  /** Messages told at each step, by the ledger. */
  sends: number[];
  wanted: string[];
  difference?: string;
}

/** Plays recorded sequences: one real export after the other, the ledger kept by the running system. */
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
  const refusals = new Refusals(house);
  return inLanes(named, ({ recorded, names }) => judged(house, refusals, recorded, names), options);
}

async function judged(
  house: House,
  refusals: Refusals,
  recorded: RecordedSequence,
  names: CaseNames,
): Promise<SequenceVerdict> {
  const expected = followedSends(recorded.one);
  const sends: number[] = [];
  try {
    for (const step of recorded.one.steps) sends.push(await played(house, refusals, { recorded, step }, names));
  } catch (error) {
    return { recorded, sends, wanted: [], difference: `could not be run: ${(error as Error).message}` };
  }
  const agrees = expected.sends.every((count, at) => count === null || count === sends[at]);
  if (agrees) return { recorded, sends, wanted: expected.wanted };
  return { recorded, sends, wanted: [], difference: `expected ${expected.sends.join()}, told ${sends.join()}` };
}

/** @returns how many messages the step's export claimed in the ledger. */
async function played(
  house: House,
  refusals: Refusals,
  { recorded: { one: sequence, ...place }, step }: { recorded: RecordedSequence; step: GoldenStep },
  names: CaseNames,
): Promise<number> {
  const recorded = { ...place, level: 'completion' as const, one: worldOf(sequence, step) };
  const played = playedBy(sequence.channel, 'completion');
  if (!played) throw new Error(`${sequence.channel} cannot be sent to`);
  await setUpWorld(house, recorded, names);
  for (const { email, remote_id: remoteId } of recorded.one.world.learners) {
    const learner = names.own(played.simulated === 'sap' ? (remoteId ?? '') : email);
    await refusals.set(played.simulated, learner, step.respond?.status === 400);
  }
  const customer = customerOf(names, 'main');
  const run = await house.exports.export(`/customers/${customer}/channels/own`, requestBody(recorded, names));
  if ('refused' in run) {
    if (run.refused === 'enrollment-not-found') return 0;
    throw new Error(`the export was refused: ${run.refused}`);
  }
  const rows = await house.exports.ledger(customer);
  return rows.filter(({ exportId }) => exportId === run.ended.exportId).length;
}

/** Learners whose records a channel refuses just now: the simulator takes them as one list. */
class Refusals {
  private readonly poison = new Map<SimulatedChannel, Set<string>>();

  constructor(private readonly house: House) {}

  async set(channel: SimulatedChannel, learner: string, refused: boolean): Promise<void> {
    const list = this.poison.get(channel) ?? new Set<string>();
    this.poison.set(channel, list);
    if (refused === list.has(learner)) return;
    if (refused) list.add(learner);
    else list.delete(learner);
    await this.house.simulator.channel(channel, { poison: [...list] });
  }
}
