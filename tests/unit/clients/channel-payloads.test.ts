import type { GoldenChannelCase } from '../../golden/channel-cases';
import { ChannelStage } from '../../golden/channel-stage';
import { judgeChannel } from '../../golden/channel-verdict';
import { loadEnterprise } from '../../golden/load';

const CHANNELS = ['SAP', 'DEGREED2', 'CANVAS', 'XAPI'] as const;

jest.setTimeout(60_000);

describe('the recorded payloads of the channels', () => {
  const cases = loadEnterprise<GoldenChannelCase>('channel_payloads');
  let stage: ChannelStage;

  beforeAll(async () => {
    stage = await ChannelStage.open();
  });

  afterAll(() => stage.close());

  it.each(CHANNELS)('leave %s over HTTP as followed, but for the differences that are wanted', async (channel) => {
    const differences: string[] = [];
    const counts = new Map<string, number>();
    const recorded = cases.filter((candidate) => candidate.channel === channel);
    for (const one of recorded) {
      const verdict = judgeChannel(one, (await stage.play(one)) ?? []);
      if (verdict.difference !== undefined) differences.push(verdict.difference);
      const kind = verdict.difference === undefined ? verdict.wanted.join('+') || 'agree' : 'disagree';
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    process.stderr.write(`${channel}: ${JSON.stringify(Object.fromEntries(counts))}\n`);
    expect(differences).toEqual([]);
    expect(recorded).not.toHaveLength(0);
  });
});
