import { concluded, concludedExports, concludedTraces, runChannels } from './conclude';
import { runCases, runnable } from './conformance';
import { runExports } from './exports/export-conformance';
import { observedExportLine } from './exports/export-report';
import { startHouse } from './house';
import { Progress } from './progress';
import { HELP, type Options, readOptions } from './options';
import { type Recordings, readRecordings, sampled } from './recordings';
import { rulesOfCase } from './review-plan';
import { observedLine } from './report';
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
  const { cases, traces, exports } = recordings;
  const progress = new Progress(cases.length + traces.length + exports.length, options.out);
  const agrees = [
    await runInHouse(recordings, progress, { parallel: options.parallel, signal: stopped.signal }),
    await runChannels(recordings.channelFiles, progress),
  ];
  progress.close();
  if (stopped.signal.aborted) return 130;
  return agrees.every(Boolean) ? 0 : 1;
}

/** What the files hold that can be run, or a sample of it. */
function chosen({ files, sample, seed }: Options): Recordings {
  const { cases: all, traces, exports, channelFiles } = readRecordings(files);
  const { cases, notRun } = runnable(all);
  for (const [reason, count] of notRun) console.log(`Not run: ${count} of ${reason}`);
  if (sample === undefined) return { cases, traces, exports, channelFiles };
  const some = <T>(all: readonly T[]): T[] => sampled(all, sample, seed);
  return { cases: some(cases), traces: some(traces), exports: some(exports), channelFiles };
}

/** Everything that needs the running system. @returns whether all agreed or differs as wanted. */
async function runInHouse(
  { cases, traces, exports }: Recordings,
  progress: Progress,
  running: { parallel: number; signal: AbortSignal },
): Promise<boolean> {
  if (cases.length + traces.length + exports.length === 0) return true;
  const configurations = [
    ...cases.map(({ one }) => rulesOfCase(one)),
    ...traces.map(({ file, one }) => rulesOfTrace(file, one)),
  ];
  const house = await startHouse(configurations, (line) => console.log(line));
  try {
    progress.begin();
    const judged = await runCases(house, cases, { ...running, onVerdict: (one) => progress.step(observedLine(one)) });
    const replayed = await runTraces(house, traces, {
      ...running,
      onVerdict: (one) => progress.step(observedTraceLine(one)),
    });
    const exported = await runExports(house, exports, {
      ...running,
      onVerdict: (one) => progress.step(observedExportLine(one)),
    });
    progress.end(`${judged.length} cases, ${replayed.length} traces, ${exported.length} exports`);
    return [concluded(judged), concludedTraces(replayed), concludedExports(exported)].every(Boolean);
  } finally {
    await house.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    process.exit(2);
  },
);
