import { isDeepStrictEqual } from 'node:util';
import { type GoldenChannelCase, type GoldenRequest, isStatement, type RunView } from './channel-cases';
import { type ExpectedRun, expectedTransmission, type WantedChannel } from './channel-expected';
import { expectedStatement, withoutId } from './channel-statements';

/** How a case compares: the wanted differences it shows (none: it agrees), or the first difference nobody wanted. */
export type ChannelComparison = { wanted: WantedChannel[]; difference?: undefined } | { difference: string };

/** Compares what a channel sent, and the result, with the expectation. */
export function compareChannel(one: GoldenChannelCase, seen: readonly RunView[]): ChannelComparison {
  const { runs, wanted } = isStatement(one) ? expectedStatement(one) : expectedTransmission(one);
  const ours = isStatement(one) ? seen.map((run) => ({ ...run, requests: run.requests.map(withoutId) })) : seen;
  for (const [index, expected] of runs.entries()) {
    const difference = differenceOf(expected, ours[index]);
    if (difference !== null) return { difference: `${one.id}: run ${index}: ${difference}` };
  }
  return { wanted };
}

function differenceOf(expected: ExpectedRun, seen: RunView | undefined): string | null {
  if (!seen) return 'did not take place';
  const count = Math.max(expected.requests.length, expected.open ? 0 : seen.requests.length);
  for (let at = 0; at < count; at += 1) {
    const [wanted, found] = [expected.requests[at], seen.requests[at]].map((request) => request && compared(request));
    if (!isDeepStrictEqual(wanted, found)) return `request ${at}: ${mismatch(wanted, found)}`;
  }
  const rows = expected.open ? seen.rows.filter((row) => expected.rows.some((other) => isDeepStrictEqual(row, other))) : seen.rows;
  if (!isDeepStrictEqual(expected.rows, rows)) return `rows: ${mismatch(expected.rows, seen.rows)}`;
  if (!isDeepStrictEqual(expected.inactive, seen.inactive)) return `inactive: ${mismatch(expected.inactive, seen.inactive)}`;
  return null;
}

/** As plain JSON, so that only values count. */
function compared({ method, host, path, query, headers, body }: GoldenRequest): unknown {
  return JSON.parse(JSON.stringify({ method, host, path, query, headers, body })) as unknown;
}

function mismatch(expected: unknown, seen: unknown): string {
  return `expected ${JSON.stringify(expected)}, seen ${JSON.stringify(seen)}`;
}
