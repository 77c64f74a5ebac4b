import { channelLines, runChannelFile } from './channels/run-channel-file';
import type { CaseVerdict } from './conformance';
import type { ExportCaseVerdict } from './exports/export-conformance';
import { exportSummary, exportSummaryLines } from './exports/export-report';
import type { LookupVerdict } from './exports/lookup-run';
import type { SequenceVerdict } from './exports/sequence-run';
import { lookupLines, sequenceLines } from './exports/transmission-report';
import type { Progress } from './progress';
import { disagreementLine, summaries, summaryLine } from './report';
import type { TraceVerdict } from './traces/trace-conformance';
import { traceDisagreementLine, traceSummary, traceSummaryLine } from './traces/trace-report';

/** Prints what came of the cases, file by file. @returns whether nothing differs but what is wanted. */
export function concluded(verdicts: readonly CaseVerdict[]): boolean {
  const files = summaries(verdicts);
  for (const summary of files) {
    console.log(summaryLine(summary));
    for (const verdict of summary.disagreeing) console.log(disagreementLine(verdict));
  }
  return files.every(({ disagreeing }) => disagreeing.length === 0);
}

/** The same for traces, with the first difference of each. */
export function concludedTraces(verdicts: readonly TraceVerdict[]): boolean {
  for (const fileName of new Set(verdicts.map(({ recorded }) => recorded.fileName))) {
    const own = verdicts.filter(({ recorded }) => recorded.fileName === fileName);
    console.log(traceSummaryLine(traceSummary(fileName, own)));
    for (const one of own) if (one.difference !== undefined) console.log(traceDisagreementLine(one));
  }
  return verdicts.every(({ difference }) => difference === undefined);
}

/** The same for learner exports. */
export function concludedExports(verdicts: readonly ExportCaseVerdict[]): boolean {
  const names = [...new Set(verdicts.map(({ recorded }) => recorded.fileName))];
  const summaries = names.map((name) =>
    exportSummary(
      name,
      verdicts.filter(({ recorded }) => recorded.fileName === name),
    ),
  );
  for (const line of summaries.flatMap(exportSummaryLines)) console.log(line);
  return summaries.every(({ disagreeing }) => disagreeing.length === 0);
}

/** The same for sequences of exports. */
export function concludedSequences(verdicts: readonly SequenceVerdict[]): boolean {
  for (const line of sequenceLines(verdicts)) console.log(line);
  return verdicts.every(({ difference }) => difference === undefined);
}

/** The same for look-ups. */
export function concludedLookups(verdicts: readonly LookupVerdict[]): boolean {
  for (const line of lookupLines(verdicts)) console.log(line);
  return verdicts.every(({ difference }) => difference === undefined);
}

/** Plays files of channel payloads and prints what came of them. */
export async function runChannels(paths: readonly string[], progress: Progress): Promise<boolean> {
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
