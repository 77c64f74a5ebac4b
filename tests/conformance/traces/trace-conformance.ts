import { randomUUID } from 'node:crypto';
import type { GoldenTrace, TraceFile } from '../../golden/traces';
import type { ConformanceStack } from '../conformance-stack';
import { inPool, type RunOptions } from '../pool';
import { type ObservedTrace, runTrace } from './trace-run';

/** A recorded trace with where it comes from. */
export interface RecordedTrace {
  fileName: string;
  file: TraceFile;
  one: GoldenTrace;
}

/** What came of one trace; `difference` is the first that nobody wanted. */
export interface TraceResult {
  recorded: RecordedTrace;
  observed?: ObservedTrace;
  difference?: string;
}

export function tracesOf(fileName: string, file: TraceFile): RecordedTrace[] {
  return file.cases.map((one) => ({ fileName, file, one }));
}

/** Replays the traces, several at a time, each in a course of its own. */
export function runTraces(
  stack: ConformanceStack,
  traces: readonly RecordedTrace[],
  options: RunOptions<TraceResult>,
): Promise<TraceResult[]> {
  return inPool(traces, (recorded) => compareTrace(stack, recorded, `t${randomUUID().slice(0, 8)}`), options);
}

async function compareTrace(stack: ConformanceStack, recorded: RecordedTrace, token: string): Promise<TraceResult> {
  try {
    const observed = await runTrace(stack, recorded.file, recorded.one, token);
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
