import { channelLines, runChannelFile } from './channels/run-channel-file';
import type { CaseResult } from './conformance';
import type { ExportCaseResult } from './exports/export-conformance';
import { exportSummary, exportSummaryLines } from './exports/export-report';
import type { LookupResult } from './exports/lookup-run';
import type { SequenceResult } from './exports/sequence-run';
import { lookupLines, sequenceLines } from './exports/transmission-report';
import type { ConformanceProgress } from './progress';
import type { QualificationResults } from './qualification/qualification-conformance';
import { qualificationDifferences, qualificationLines } from './qualification/qualification-report';
import { disagreementLine, summaries, summaryLine } from './report';
import type { TraceResult } from './traces/trace-conformance';
import { traceDisagreementLine, traceSummary, traceSummaryLine } from './traces/trace-report';

/** Prints what came of the cases, file by file. @returns whether nothing differs but what is wanted. */
export function concluded(results: readonly CaseResult[]): boolean {
  const files = summaries(results);
  for (const summary of files) {
    console.log(summaryLine(summary));
    for (const result of summary.disagreeing) console.log(disagreementLine(result));
  }
  return files.every(({ disagreeing }) => disagreeing.length === 0);
}

/** The same for traces, with the first difference of each. */
export function concludedTraces(results: readonly TraceResult[]): boolean {
  for (const fileName of new Set(results.map(({ recorded }) => recorded.fileName))) {
    const own = results.filter(({ recorded }) => recorded.fileName === fileName);
    console.log(traceSummaryLine(traceSummary(fileName, own)));
    for (const one of own) if (one.difference !== undefined) console.log(traceDisagreementLine(one));
  }
  return results.every(({ difference }) => difference === undefined);
}

/** The same for learner exports. */
export function concludedExports(results: readonly ExportCaseResult[]): boolean {
  const names = [...new Set(results.map(({ recorded }) => recorded.fileName))];
  const summaries = names.map((name) =>
    exportSummary(
      name,
      results.filter(({ recorded }) => recorded.fileName === name),
    ),
  );
  for (const line of summaries.flatMap(exportSummaryLines)) console.log(line);
  return summaries.every(({ disagreeing }) => disagreeing.length === 0);
}

/** The same for sequences of exports. */
export function concludedSequences(results: readonly SequenceResult[]): boolean {
  for (const line of sequenceLines(results)) console.log(line);
  return results.every(({ difference }) => difference === undefined);
}

/** The same for look-ups. */
export function concludedLookups(results: readonly LookupResult[]): boolean {
  for (const line of lookupLines(results)) console.log(line);
  return results.every(({ difference }) => difference === undefined);
}

/** The same for qualification: scenarios, walks and rules of a status. */
export function concludedQualification(results: QualificationResults): boolean {
  for (const line of qualificationLines(results)) console.log(line);
  return qualificationDifferences(results).length === 0;
}

/** Plays files of channel payloads and prints what came of them. */
export async function runChannels(paths: readonly string[], progress: ConformanceProgress): Promise<boolean> {
  let agrees = true;
  for (const path of paths) {
    const summary = await runChannelFile(path, (line) => progress.step(line));
    for (const line of channelLines(summary)) console.log(line);
    const differences = [...summary.channels.values()].flatMap(({ disagreeing }) => disagreeing);
    for (const difference of differences) console.log(`  ${difference}`);
    agrees &&= differences.length === 0;
  }
  return agrees;
}
