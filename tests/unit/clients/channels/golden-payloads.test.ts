import type { GoldenChannelCase } from '../../../golden/channel-cases';
import { compareChannel } from '../../../golden/channel-comparison';
import { ChannelStage } from '../../../golden/channel-stage';
import { loadEnterprise } from '../../../golden/load';

const CHANNELS = ['SAP', 'DEGREED2', 'CANVAS', 'XAPI'] as const;

jest.setTimeout(60_000);

describe('the recorded payloads of the channels', () => {
  const cases = loadEnterprise<GoldenChannelCase>('channel_payloads');
  let stage: ChannelStage;

  beforeAll(async () => {
    stage = await ChannelStage.open();
  });

  afterAll(() => stage.close());

  it.each(CHANNELS)(
    'are sent by %s over HTTP as expected, but for the differences that are wanted',
    async (channel) => {
      const differences: string[] = [];
      const counts = new Map<string, number>();
      const recorded = cases.filter((candidate) => candidate.channel === channel);
      for (const one of recorded) {
        const comparison = compareChannel(one, (await stage.play(one)) ?? []);
        if (comparison.difference !== undefined) differences.push(comparison.difference);
        const kind = comparison.difference === undefined ? comparison.wanted.join('+') || 'agree' : 'disagree';
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
      console.log(`${channel}: ${JSON.stringify(Object.fromEntries(counts))}`);
      expect(differences).toEqual([]);
      expect(recorded).not.toHaveLength(0);
    },
  );
});
