import { randomUUID } from 'node:crypto';
import type { GoldenTrace, TraceFile } from '../../golden/traces';
import type { House } from '../house';
import { inLanes, type RunOptions } from '../lanes';
import { type ObservedTrace, runTrace } from './trace-run';

/** A recorded trace with where it comes from. */
export interface RecordedTrace {
  fileName: string;
  file: TraceFile;
  one: GoldenTrace;
}

/** What came of one trace; `difference` is the first that nobody wanted. */
export interface TraceVerdict {
  recorded: RecordedTrace;
  observed?: ObservedTrace;
  difference?: string;
}

export function tracesOf(fileName: string, file: TraceFile): RecordedTrace[] {
  return file.cases.map((one) => ({ fileName, file, one }));
}

/** Replays the traces, several at a time, each in a course of its own. */
export function runTraces(
  house: House,
  traces: readonly RecordedTrace[],
  options: RunOptions<TraceVerdict>,
): Promise<TraceVerdict[]> {
  return inLanes(traces, (recorded) => judged(house, recorded, `t${randomUUID().slice(0, 8)}`), options);
}

async function judged(house: House, recorded: RecordedTrace, token: string): Promise<TraceVerdict> {
  try {
    const observed = await runTrace(house, recorded.file, recorded.one, token);
    const difference = firstUnwanted(observed);
    return { recorded, observed, ...(difference === undefined ? {} : { difference }) };
  } catch (error) {
    return { recorded, difference: `could not be replayed: ${(error as Error).message}` };
  }
}

function firstUnwanted({ steps, finalDifference }: ObservedTrace): string | undefined {
  const at = steps.findIndex(({ difference, wanted }) => difference !== undefined && wanted.length === 0);
  const step = steps[at];
  if (!step) return finalDifference;
  const code = step.code === undefined ? '' : ` (${step.code})`;
  return `step ${at} ${step.op.do}: ${step.difference ?? ''}${code}`;
}
