import { closeSync, openSync, writeSync } from 'node:fs';
import { Presets, SingleBar } from 'cli-progress';
import { type CaseVerdict, runCases, runnable } from './conformance';
import { type House, startHouse } from './house';
import { HELP, type Options, readOptions } from './options';
import { type Recordings, readRecordings, sampled } from './recordings';
import { rulesOfCase } from './review-plan';
import { disagreementLine, observedLine, summaries, summaryLine } from './report';
import { runTraces, type TraceVerdict } from './traces/trace-conformance';
import { observedTraceLine, traceDisagreementLine, traceSummary, traceSummaryLine } from './traces/trace-report';
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
  const configurations = [
    ...recordings.cases.map(({ one }) => rulesOfCase(one)),
    ...recordings.traces.map(({ file, one }) => rulesOfTrace(file, one)),
  ];
  const house = await startHouse(configurations, (line) => console.log(line));
  try {
    const agrees = await runAll(house, recordings, options, stopped.signal);
    if (stopped.signal.aborted) return 130;
    return agrees ? 0 : 1;
  } finally {
    await house.stop();
  }
}

/** What the files hold that can be run, or a sample of it. */
function chosen({ files, sample, seed }: Options): Recordings {
  const { cases: all, traces } = readRecordings(files);
  const { cases, notRun } = runnable(all);
  for (const [reason, count] of notRun) console.log(`Not run: ${count} of ${reason}`);
  if (sample === undefined) return { cases, traces };
  return { cases: sampled(cases, sample, seed), traces: sampled(traces, sample, seed) };
}

/** @returns whether everything agreed or differs as wanted. */
async function runAll(house: House, recordings: Recordings, options: Options, signal: AbortSignal): Promise<boolean> {
  const { cases, traces } = recordings;
  const progress = new Progress(cases.length + traces.length, options.out);
  const running = { parallel: options.parallel, signal };
  const judged = await runCases(house, cases, { ...running, onVerdict: (one) => progress.step(observedLine(one)) });
  const replayed = await runTraces(house, traces, {
    ...running,
    onVerdict: (one) => progress.step(observedTraceLine(one)),
  });
  progress.end(`${judged.length} cases, ${replayed.length} traces`);
  const [casesAgree, tracesAgree] = [concluded(judged), concludedTraces(replayed)];
  return casesAgree && tracesAgree;
}

/** A bar on a terminal, and the observed lines in a file as they come. */
class Progress {
  private readonly started = Date.now();
  private readonly bar: SingleBar | undefined;
  private readonly out: number | undefined;

  constructor(total: number, out: string | undefined) {
    this.out = out === undefined ? undefined : openSync(out, 'w');
    if (!process.stdout.isTTY) return;
    const format = 'Conformance {bar} {value}/{total}  {eta_formatted} left';
    this.bar = new SingleBar({ format, barsize: 30, hideCursor: true }, Presets.shades_classic);
    this.bar.start(total, 0);
  }

  step(line: string): void {
    this.bar?.increment();
    if (this.out !== undefined) writeSync(this.out, `${line}\n`);
  }

  end(what: string): void {
    this.bar?.stop();
    if (this.out !== undefined) closeSync(this.out);
    console.log(`${what} in ${((Date.now() - this.started) / 1000).toFixed(1)} s`);
  }
}

function concluded(verdicts: readonly CaseVerdict[]): boolean {
  const files = summaries(verdicts);
  for (const summary of files) {
    console.log(summaryLine(summary));
    for (const verdict of summary.disagreeing) console.log(disagreementLine(verdict));
  }
  return files.every(({ disagreeing }) => disagreeing.length === 0);
}

function concludedTraces(verdicts: readonly TraceVerdict[]): boolean {
  for (const fileName of new Set(verdicts.map(({ recorded }) => recorded.fileName))) {
    const own = verdicts.filter(({ recorded }) => recorded.fileName === fileName);
    console.log(traceSummaryLine(traceSummary(fileName, own)));
    for (const one of own) if (one.difference !== undefined) console.log(traceDisagreementLine(one));
  }
  return verdicts.every(({ difference }) => difference === undefined);
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    process.exit(2);
  },
);
