import {
  concluded,
  concludedExports,
  concludedLookups,
  concludedQualification,
  concludedSequences,
  concludedTraces,
  runChannels,
} from './conclude';
import { runCases, runnable } from './conformance';
import { startConformanceStack } from './conformance-stack';
import { runExports } from './exports/export-conformance';
import { observedExportLine } from './exports/export-report';
import { runLookups } from './exports/lookup-run';
import { runSequences } from './exports/sequence-run';
import { observedLookupLine, observedSequenceLine } from './exports/transmission-report';
import { HELP, type Options, readOptions } from './options';
import type { RunOptions } from './pool';
import { ConformanceProgress } from './progress';
import { runQualification } from './qualification/qualification-conformance';
import { qualificationCount } from './qualification/qualification-files';
import { type Recordings, readRecordings, sampled } from './recordings';
import { observedLine } from './report';
import { rulesOfCase } from './review-plan';
import { runTraces } from './traces/trace-conformance';
import { observedTraceLine } from './traces/trace-report';
import { rulesOfTrace } from './traces/trace-rules';

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    console.log(HELP);
    return 0;
  }
  const recordings = chosen(options);
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
  const progress = new ConformanceProgress(options.out);
  const agrees = [
    await runInStack(recordings, progress, { parallel: options.parallel, signal: stopped.signal }),
    await runChannels(recordings.channelFiles, progress),
  ];
  progress.close();
  if (stopped.signal.aborted) return 130;
  return agrees.every(Boolean) ? 0 : 1;
}

/** What the files hold that can be run, or a sample of it. */
function chosen({ files, sample, seed }: Options): Recordings {
  const read = readRecordings(files);
  const { cases, notRun } = runnable(read.cases);
  for (const [reason, count] of notRun) console.log(`Not run: ${count} of ${reason}`);
  if (sample === undefined) return { ...read, cases };
  const some = <T>(all: readonly T[]): T[] => sampled(all, sample, seed);
  const [traces, exports] = [some(read.traces), some(read.exports)];
  const { scenarios, walks, statusCases, rowCases } = read.qualification;
  return {
    ...read,
    cases: some(cases),
    traces,
    exports,
    sequences: some(read.sequences),
    lookups: some(read.lookups),
    qualification: { scenarios: some(scenarios), walks: some(walks), statusCases, rowCases },
  };
}

function countOf({ cases, traces, exports, sequences, lookups, qualification }: Recordings): number {
  const others = [cases, traces, exports, sequences, lookups].flat().length;
  return others + qualificationCount(qualification);
}

/** Everything that needs the running system. @returns whether all agreed or differs as wanted. */
async function runInStack(
  recordings: Recordings,
  progress: ConformanceProgress,
  running: { parallel: number; signal: AbortSignal },
): Promise<boolean> {
  if (countOf(recordings) === 0) return true;
  const { cases, traces, exports, sequences, lookups, qualification } = recordings;
  const configurations = [
    ...cases.map(({ one }) => rulesOfCase(one)),
    ...traces.map(({ file, one }) => rulesOfTrace(file, one)),
  ];
  const reporting = <V>(line: (one: V) => string): RunOptions<V> => ({
    ...running,
    onResult: (one) => progress.step(line(one)),
  });
  const stack = await startConformanceStack(configurations, (line) => console.log(line));
  const conclusions: (() => boolean)[] = [];
  try {
    await progress.over(countOf(recordings), async () => {
      const caseResults = await runCases(stack, cases, reporting(observedLine));
      const replayed = await runTraces(stack, traces, reporting(observedTraceLine));
      const exported = await runExports(stack, exports, reporting(observedExportLine));
      const played = await runSequences(stack, sequences, reporting(observedSequenceLine));
      const answered = await runLookups(stack, lookups, reporting(observedLookupLine));
      const decided = await runQualification(
        stack,
        qualification,
        reporting((line) => line),
      );
      conclusions.push(() => concluded(caseResults));
      conclusions.push(() => concludedTraces(replayed));
      conclusions.push(() => concludedExports(exported));
      conclusions.push(() => concludedSequences(played));
      conclusions.push(() => concludedLookups(answered));
      conclusions.push(() => concludedQualification(decided));
    });
    return conclusions.map((conclude) => conclude()).every(Boolean);
  } finally {
    await stack.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    process.exit(2);
  },
);
