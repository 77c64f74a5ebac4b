import '../config/node-version';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RunningFile } from './running-file';
import { type Stack, startStack } from './stack';
import { ROOT } from './stack-children';
import { addressesOf, alreadyRunning, bannerOf, linksOf } from './start-banner';
import { stopSignal } from './stop-signal';
import { Supervisor } from './supervisor';

const HELP = `Starts Invigil for development and keeps it running until Ctrl-C: Postgres, Temporal with its UI, the platform
simulator, API and worker. What is missing is obtained first; what ends by itself is started again. Data and ports stay in
.invigil/ over restarts.

  npm start [-- --data-dir FOLDER]

  --data-dir FOLDER   another place for data, ports, logs and the development key (else INVIGIL_DATA_DIR, .invigil)
  --help              this text

Environment: DATABASE_URL and TEMPORAL_ADDRESS are used instead of the embedded ones, INVIGIL_PROVIDERS instead of two
providers that the simulator plays. Everything else in docs/operations.md, "Configuration", reaches API and worker, but for
addresses and ports of what is started here. To begin afresh, stop it and remove .invigil/.`;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { 'data-dir': { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const dataDir = values['data-dir'] ?? (process.env['INVIGIL_DATA_DIR'] || join(ROOT, '.invigil'));
  const note = new RunningFile(dataDir);
  const other = await note.acquire();
  if (other) {
    console.log(alreadyRunning(other));
    return 0;
  }
  try {
    return await keepRunning(dataDir, note);
  } finally {
    note.release();
  }
}

/** @returns 1 when it ended because a part could not be kept up, else 0. */
async function keepRunning(dataDir: string, note: RunningFile): Promise<number> {
  const log = (line: string): void => console.log(line);
  const supervisor = new Supervisor(log);
  const { onUnexpectedExit } = supervisor;
  const ended = Promise.race([
    stopSignal().then((signal) => ({ why: `${signal}: stopping`, code: 0 })),
    supervisor.givenUp.then((reason) => ({ why: `${reason}\nStopping.`, code: 1 })),
  ]);
  const startedAt = Date.now();
  const cancel = new AbortController();
  const starting = startStack({ dataDir, log, onUnexpectedExit, signal: cancel.signal });
  const first = await Promise.race([starting, ended.then(() => 'ended' as const)]);
  if (first !== 'ended') announce(first, note, startedAt);
  const { why, code } = await ended;
  log(first === 'ended' ? `${why}, before everything was up` : `\n${why}`);
  supervisor.end();
  cancel.abort();
  await starting.then(
    (stack) => stack.stop(),
    () => undefined,
  );
  log('Stopped.');
  return code;
}

function announce(stack: Stack, note: RunningFile, startedAt: number): void {
  note.ready(linksOf(stack), addressesOf(stack));
  console.log(bannerOf(stack, `ready in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`));
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(`\nInvigil did not start: ${error.message}`);
    process.exit(1);
  },
);
