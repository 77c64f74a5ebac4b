import type { PlannedAnswer, SimulatedChannel } from '../../../dev/simulator/channels/channel-settings';
import type { ConformanceStack } from '../conformance-stack';

/** The failing answers set for single learners at the channels. The simulator takes one map, so changes are sent one at a time. */
export class ChannelFailures {
  private readonly answers = new Map<SimulatedChannel, Map<string, PlannedAnswer>>();
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly stack: ConformanceStack) {}

  /** Null: nothing fails for the learner any more. */
  async set(channel: SimulatedChannel, learner: string, answer: PlannedAnswer | null): Promise<void> {
    const answers = this.answers.get(channel) ?? new Map<string, PlannedAnswer>();
    this.answers.set(channel, answers);
    if (answer === null && !answers.delete(learner)) return;
    if (answer !== null) answers.set(learner, answer);
    const sent = this.last.then(() =>
      this.stack.simulator.channel(channel).set({ answers: Object.fromEntries(answers) }),
    );
    this.last = sent.catch(() => undefined);
    await sent;
  }

  /** How often the channel did not take the learner's records. */
  async count(channel: SimulatedChannel, learner: string): Promise<number> {
    const records = await this.stack.simulator.channel(channel).records();
    return records.filter((one) => one.learner === learner).reduce((sum, { refused }) => sum + refused, 0);
  }
}
