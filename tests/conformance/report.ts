import type { CaseResult } from './conformance';
import type { Observed } from './run-case';
import { wantedWords } from './wanted-counts';

export interface FileSummary {
  fileName: string;
  cases: number;
  agreeing: number;
  /** Wanted differences by number. */
  wanted: Record<string, number>;
  disagreeing: CaseResult[];
}

/** Counts per file, in the order of the files. */
export function summaries(results: readonly CaseResult[]): FileSummary[] {
  const byFile = new Map<string, FileSummary>();
  for (const result of results) {
    const { fileName } = result.recorded;
    const empty = { fileName, cases: 0, agreeing: 0, wanted: {}, disagreeing: [] };
    const summary: FileSummary = byFile.get(fileName) ?? empty;
    byFile.set(fileName, summary);
    summary.cases += 1;
    if (result.difference === undefined) summary.agreeing += 1;
    else if (result.wanted) summary.wanted[result.wanted] = (summary.wanted[result.wanted] ?? 0) + 1;
    else summary.disagreeing.push(result);
  }
  return [...byFile.values()];
}

/** One line per file, as people read it. */
export function summaryLine({ fileName, cases, agreeing, wanted, disagreeing }: FileSummary): string {
  return `${fileName}: ${cases} cases, ${agreeing} agreeing, ${wantedWords(wanted)}, ${disagreeing.length} disagreeing`;
}

/** The case by its index in the file, its identifying inputs, and where it differs from the recording. */
export function disagreementLine({ recorded: { fileName, index, one }, difference }: CaseResult): string {
  const { variant, family, name, kind } = one;
  const from = one.from ?? one.status ?? one.newer_status;
  const to = one.to ?? one.update?.to;
  const words = [
    variant,
    family,
    name,
    kind,
    from === undefined ? '' : String(from),
    to === undefined ? '' : `-> ${to}`,
  ];
  return `  ${fileName}[${index}] ${words.filter(Boolean).join(' ')}: ${difference ?? ''}`;
}

/** One JSON line per case for tools: observed results in the recordings' shape, wanted number if any. */
export function observedLine({ recorded, observed, wanted, difference }: CaseResult): string {
  const { fileName: file, index, one } = recorded;
  const results = observed.map(asRecorded);
  const result = results.length === 1 ? results[0] : { steps: results };
  return JSON.stringify({
    file,
    index,
    ...(one.name === undefined ? {} : { name: one.name }),
    agrees: difference === undefined,
    ...(wanted === undefined ? {} : { wanted }),
    ...(difference === undefined ? {} : { difference }),
    observed: result,
  });
}

/** Absent = nothing, as in the recordings. */
function asRecorded({ ok, answer, ...outcome }: Observed): Record<string, unknown> {
  const filled = Object.entries(outcome).filter(([, value]) => Object.keys(value).length > 0);
  return { ok, answer, ...Object.fromEntries(filled) };
}
