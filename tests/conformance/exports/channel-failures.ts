import type { PlannedAnswer, SimulatedChannel } from '../../../dev/simulator/channels/channel-settings';
import type { House } from '../house';

/** What channels meet single learners with just now. The simulator takes them as one map, so they are told one at a time. */
export class ChannelFailures {
  private readonly answers = new Map<SimulatedChannel, Map<string, PlannedAnswer>>();
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly house: House) {}

  /** Null: nothing fails for the learner any more. */
  async set(channel: SimulatedChannel, learner: string, answer: PlannedAnswer | null): Promise<void> {
    const answers = this.answers.get(channel) ?? new Map<string, PlannedAnswer>();
    this.answers.set(channel, answers);
    if (answer === null && !answers.delete(learner)) return;
    if (answer !== null) answers.set(learner, answer);
    const told = this.turn.then(() => this.house.simulator.channel(channel, { answers: Object.fromEntries(answers) }));
    this.turn = told.catch(() => undefined);
    await told;
  }

  /** How often the channel did not take the learner's records. */
  async count(channel: SimulatedChannel, learner: string): Promise<number> {
    const records = await this.house.simulator.channelRecords(channel);
    return records.filter((one) => one.learner === learner).reduce((sum, { refused }) => sum + refused, 0);
  }
}
