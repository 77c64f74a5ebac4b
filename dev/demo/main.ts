import '../../config/node-version';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Progress } from '../progress';
import { type Stack, startStack } from '../stack';
import { stopSignal } from '../stop-signal';
import { demoProviders, makeDemo } from './demo';
import { playExamOffice } from './exam-office';
import { playExports } from './export';
import { inspect } from './invariants';
import { type DemoOptions, HELP, readOptions, DemoUsageError } from './options';
import { playPhases } from './phases';
import { demoResult, examOfficeResultOf, exportResultOf, holds, linksOf } from './report';

/** Waiting times shortened: nobody wants to watch a demo wait for the next retry or for attempts to fall asleep. */
const IMPATIENCE = { EFFECT_RETRY_MAX_MS: '3000', ATTEMPT_IDLE_MS: '5000', EXPORT_SEND_TRIES: '8' };

async function main(): Promise<number> {
  const isTerminal = process.stdout.isTTY;
  const options = readOptions(process.argv.slice(2), isTerminal);
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const stopRequested = stopSignal();
  const progress = new Progress(isTerminal);
  const cancel = new AbortController();
  const starting = startStack({
    testClock: true,
    providers: demoProviders,
    env: IMPATIENCE,
    log: (line) => progress.line(line),
    signal: cancel.signal,
  });
  const stack = await Promise.race([starting, stopRequested]);
  if (typeof stack === 'string') {
    progress.line(`${stack}: stopping, before everything was up`);
    cancel.abort();
    await starting.then((late) => late.stop()).catch(() => undefined);
    progress.line('Stopped.');
    return 130;
  }
  return present(stack, options, progress, stopRequested);
}

/** Plays, reports and stops. Logs of a run that went wrong are kept: the folder they lie in is thrown away. */
async function present(
  stack: Stack,
  options: DemoOptions,
  progress: Progress,
  stopRequested: Promise<string>,
): Promise<number> {
  let code = 1;
  try {
    code = await Promise.race([play(stack, options, progress), stopRequested.then(() => 130)]);
    if (!options.exit && code !== 130) await stopRequested;
    if (!options.exit || code === 130) progress.line('\nStopping.');
  } finally {
    if (code === 1) progress.line(`The logs are kept in ${keepLogs(stack)}`);
    await stack.stop();
  }
  return code;
}

async function play(stack: Stack, { learners, exit }: DemoOptions, progress: Progress): Promise<number> {
  const started = Date.now();
  const demo = await makeDemo(stack, learners);
  await playPhases(demo, progress);
  const inspection = await inspect(demo);
  const exported = await playExports(demo, progress, process.stdout.isTTY);
  const office = await playExamOffice(stack, progress);
  const seconds = Math.round((Date.now() - started) / 1000);
  const allHolds = holds([...inspection.findings, ...exported.findings, ...office.findings]);
  const conclusion = allHolds ? 'Everything holds' : 'Something does NOT hold, see above';
  const results = [demoResult(demo, inspection), exportResultOf(exported), examOfficeResultOf(office)];
  progress.line(`\n${results.join('\n\n')}\n\n${conclusion} (${seconds} s).`);
  if (exit) progress.line('\nIt ends now. On a terminal and without --exit it stays up, with links for a look around.');
  else progress.line(`\n${linksOf(demo)}\n\nIt stays up for a look around. Ctrl-C stops everything.`);
  return allHolds ? 0 : 1;
}

function keepLogs({ logDir }: Stack): string {
  const kept = mkdtempSync(join(tmpdir(), 'invigil-demo-logs-'));
  cpSync(logDir, kept, { recursive: true });
  return kept;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(
      error instanceof DemoUsageError ? `${error.message}\n\n${HELP}` : `\nThe demo failed: ${error.message}`,
    );
    process.exit(1);
  },
);
