import { countWanted, wantedWords } from '../wanted-counts';
import type { TraceResult } from './trace-conformance';

interface TraceSummary {
  fileName: string;
  traces: number;
  operations: number;
  agreeing: number;
  wanted: Record<string, number>;
  disagreeing: number;
}

/** Counts of one file's operations; what a trace ends with counts as one more where it differs. */
export function traceSummary(fileName: string, results: readonly TraceResult[]): TraceSummary {
  const steps = results.flatMap(({ observed }) => observed?.steps ?? []);
  return {
    fileName,
    traces: results.length,
    operations: results.reduce((sum, { recorded }) => sum + recorded.one.steps.length, 0),
    agreeing: steps.filter(({ difference }) => difference === undefined).length,
    wanted: countWanted(steps),
    disagreeing: results.reduce((sum, result) => sum + unwantedIn(result), 0),
  };
}

function unwantedIn({ recorded, observed }: TraceResult): number {
  if (!observed) return recorded.one.steps.length;
  const steps = observed.steps.filter(({ difference, wanted }) => difference !== undefined && wanted.length === 0);
  return steps.length + (observed.finalDifference === undefined ? 0 : 1);
}

export function traceSummaryLine({
  fileName,
  traces,
  operations,
  agreeing,
  wanted,
  disagreeing,
}: TraceSummary): string {
  return `${fileName}: ${traces} traces, ${operations} operations, ${agreeing} agreeing, ${wantedWords(wanted)}, ${disagreeing} disagreeing`;
}

/** The trace and where it first parts from the recording. */
export function traceDisagreementLine({ recorded, difference }: TraceResult): string {
  return `  ${recorded.fileName} ${recorded.one.name}: ${difference ?? ''}`;
}

/** One JSON line per trace: what was observed, in the recorded shape. */
export function observedTraceLine({ recorded, observed, difference }: TraceResult): string {
  const { fileName: file, one } = recorded;
  const steps = (observed?.steps ?? []).map(({ at, op, ok, wanted, difference: where, code, ...outcome }) => ({
    at,
    op,
    ok,
    ...present(outcome),
    ...(code === undefined ? {} : { code }),
    ...(wanted.length > 0 ? { wanted } : {}),
    ...(where === undefined ? {} : { difference: where }),
  }));
  return JSON.stringify({
    file,
    name: one.name,
    agrees: difference === undefined,
    ...(difference === undefined ? {} : { difference }),
    steps,
    ...(observed?.final ? { final: observed.final } : {}),
  });
}

/** Absent = nothing, as in the recordings; tables are shown empty as well. */
function present(outcome: Record<string, unknown>): Record<string, unknown> {
  const tables = new Set(['exams', 'policies', 'policy_history_rows']);
  return Object.fromEntries(
    Object.entries(outcome).filter(([field, value]) => tables.has(field) || Object.keys(value as object).length > 0),
  );
}
