import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { GoldenChannelCase, RunView } from '../../golden/channel-cases';
import { type ChannelComparison, compareChannel } from '../../golden/channel-comparison';
import { ChannelStage } from '../../golden/channel-stage';
import { wantedWords } from '../wanted-counts';

export interface ChannelCounts {
  cases: number;
  agreeing: number;
  /** Wanted differences by number; a case may show several. */
  wanted: Record<string, number>;
  disagreeing: string[];
}

export interface ChannelFileSummary {
  fileName: string;
  /** By channel, in the order of the file. */
  channels: Map<string, ChannelCounts>;
  /** Cases of channels that are not built, by channel. */
  notRun: Map<string, number>;
}

/** Whether a recorded file has the shape of channel_payloads.json. */
export function isChannelFile(parsed: unknown): parsed is { cases: GoldenChannelCase[] } {
  const cases = (parsed as { cases?: unknown } | null)?.cases;
  if (!Array.isArray(cases)) return false;
  const [first] = cases as Record<string, unknown>[];
  return first !== undefined && ('stub_rules' in first || 'lrs_status' in first);
}

/** Plays every case of such a file over HTTP. `out` gets a line of JSON per case: what was seen, and how it compares. */
export async function runChannelFile(path: string, out?: (line: string) => void): Promise<ChannelFileSummary> {
  const bytes = readFileSync(path);
  const parsed: unknown = JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
  if (!isChannelFile(parsed)) throw new Error(`${path} holds no channel payloads`);
  const summary: ChannelFileSummary = { fileName: basename(path), channels: new Map(), notRun: new Map() };
  const stage = await ChannelStage.open();
  try {
    for (const [index, one] of parsed.cases.entries()) {
      const seen = await stage.play(one);
      if (!seen) {
        summary.notRun.set(one.channel, (summary.notRun.get(one.channel) ?? 0) + 1);
        continue;
      }
      const result = compareChannel(one, seen);
      count(summary, one, result);
      out?.(observedLine(summary.fileName, index, one, seen, result));
    }
  } finally {
    await stage.close();
  }
  return summary;
}

/** One line per channel, as people read it. */
export function channelLines({ fileName, channels, notRun }: ChannelFileSummary): string[] {
  const lines = [...channels].map(([channel, { cases, agreeing, wanted, disagreeing }]) => {
    const counts = `${cases} cases, ${agreeing} agreeing, ${wantedWords(wanted)}, ${disagreeing.length} disagreeing`;
    return `${fileName} ${channel}: ${counts}`;
  });
  return [
    ...lines,
    ...[...notRun].map(([channel, times]) => `${fileName} ${channel}: ${times} not run, no such channel`),
  ];
}

function count({ channels }: ChannelFileSummary, one: GoldenChannelCase, result: ChannelComparison): void {
  const counts = channels.get(one.channel) ?? { cases: 0, agreeing: 0, wanted: {}, disagreeing: [] };
  channels.set(one.channel, counts);
  counts.cases += 1;
  if (result.difference !== undefined) counts.disagreeing.push(result.difference);
  else if (result.wanted.length === 0) counts.agreeing += 1;
  else for (const number of result.wanted) counts.wanted[number] = (counts.wanted[number] ?? 0) + 1;
}

function observedLine(
  file: string,
  index: number,
  { id, channel }: GoldenChannelCase,
  runs: readonly RunView[],
  result: ChannelComparison,
): string {
  const { difference } = result;
  const how = difference === undefined ? { wanted: result.wanted } : { difference };
  const agrees = difference === undefined && result.wanted.length === 0;
  return JSON.stringify({ file, index, id, channel, agrees, ...how, observed: { runs } });
}
