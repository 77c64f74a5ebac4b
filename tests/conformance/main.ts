import { closeSync, openSync, writeSync } from 'node:fs';
import { Presets, SingleBar } from 'cli-progress';
import { type CaseVerdict, runCases, runnable } from './conformance';
import { type House, startHouse } from './house';
import { HELP, type Options, readOptions } from './options';
import { readRecordings, type Recorded, sampled } from './recordings';
import { disagreementLine, observedLine, summaries, summaryLine } from './report';

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    console.log(HELP);
    return 0;
  }
  const { cases: all, notRun } = runnable(readRecordings(options.files));
  const cases = options.sample === undefined ? all : sampled(all, options.sample, options.seed);
  for (const [reason, count] of notRun) console.log(`Not run: ${count} of ${reason}`);
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
  const house = await startHouse(
    cases.map(({ one }) => one),
    (line) => console.log(line),
  );
  try {
    const code = concluded(await runAll(house, cases, options, stopped.signal));
    return stopped.signal.aborted ? 130 : code;
  } finally {
    await house.stop();
  }
}

async function runAll(
  house: House,
  cases: readonly Recorded[],
  options: Options,
  signal: AbortSignal,
): Promise<CaseVerdict[]> {
  const out = options.out === undefined ? undefined : openSync(options.out, 'w');
  const bar = process.stdout.isTTY ? startBar(cases.length) : undefined;
  const started = Date.now();
  const onVerdict = (verdict: CaseVerdict): void => {
    bar?.increment();
    if (out !== undefined) writeSync(out, `${observedLine(verdict)}\n`);
  };
  const verdicts = await runCases(house, cases, { parallel: options.parallel, signal, onVerdict });
  bar?.stop();
  if (out !== undefined) closeSync(out);
  console.log(`${verdicts.length} cases in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return verdicts;
}

function startBar(total: number): SingleBar {
  const format = 'Conformance {bar} {value}/{total}  {eta_formatted} left';
  const bar = new SingleBar({ format, barsize: 30, hideCursor: true }, Presets.shades_classic);
  bar.start(total, 0);
  return bar;
}

function concluded(verdicts: readonly CaseVerdict[]): number {
  const files = summaries(verdicts);
  for (const summary of files) {
    console.log(summaryLine(summary));
    for (const verdict of summary.disagreeing) console.log(disagreementLine(verdict));
  }
  return files.every(({ disagreeing }) => disagreeing.length === 0) ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    process.exit(2);
  },
);
