import '../config/node-version';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_DEV_KEY_FILE } from '../config/dev-key';
import type { Running, StackAddresses } from '../config/running-file';
import { RunningFile } from './running-file';
import { type Stack, startStack } from './stack';
import { ROOT } from './stack-children';

const HELP = `Starts Invigil for development and keeps it running until Ctrl-C: Postgres, Temporal with its UI, the platform
simulator, API and worker. What is missing is obtained first. Data stay in .invigil/ over restarts.

  npm start [-- --data-dir FOLDER]

  --data-dir FOLDER   another place for data, logs and the development key
  --help              this text

Environment: DATABASE_URL and TEMPORAL_ADDRESS are used instead of the embedded ones; everything in docs/operations.md,
"Configuration", reaches API and worker. To begin afresh, stop it and remove .invigil/.`;

/** One Ctrl-C arrives twice when npm or tsx passes it on. */
const DUPLICATE_SIGNAL_MS = 500;

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
  const stopRequested = stopSignal();
  try {
    await runUntil(stopRequested, dataDir, note);
  } finally {
    note.release();
  }
  return 0;
}

async function runUntil(stopRequested: Promise<string>, dataDir: string, note: RunningFile): Promise<void> {
  const started = Date.now();
  const starting = startStack({ dataDir, log: (line) => console.log(line) });
  const stack = await Promise.race([starting, stopRequested]);
  if (typeof stack === 'string') {
    console.log(`${stack}: stopping before everything was up`);
    await starting.then((late) => late.stop()).catch(() => undefined);
    return;
  }
  const links = linksOf(stack);
  note.ready(links, addressesOf(stack));
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(banner(links, stack, `ready in ${seconds} s`));
  console.log(`\n${await stopRequested}: stopping`);
  await stack.stop();
  console.log('Stopped.');
}

/** The first Ctrl-C (or SIGTERM, or a closed terminal) stops in order; the second exits at once and the guard process stops the rest. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const requestStop = (signal: string): void => {
      firstAt ??= Date.now();
      if (Date.now() - firstAt > DUPLICATE_SIGNAL_MS) process.exit(130);
      resolve(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => requestStop(signal));
  });
}

function linksOf({ urls }: Stack): Record<string, string> {
  return {
    API: urls.api,
    'API documentation': `${urls.api}/docs`,
    'Temporal UI': urls.temporalUi,
    'Platform simulator': urls.simulator,
    'Worker health': `${urls.workerHealth}/readyz`,
  };
}

/** Where commands find this stack. */
function addressesOf({ urls, env, devKeyFile }: Stack): StackAddresses {
  return { ...urls, console: null, temporal: env['TEMPORAL_ADDRESS'] ?? '', devKeyFile };
}

function banner(links: Record<string, string>, stack: Stack, ready: string): string {
  const isDefaultKeyFile = stack.devKeyFile === join(ROOT, DEFAULT_DEV_KEY_FILE);
  const keyFile = isDefaultKeyFile ? '' : ` --key-file ${stack.devKeyFile}`;
  return [
    '',
    `Invigil is up, ${ready}.`,
    '',
    ...table(links),
    ...table({ Postgres: stack.env['DATABASE_URL'] ?? '', Logs: relative(process.cwd(), stack.logDir) || '.' }),
    '',
    `  A token:  npm run --silent token -- --sub me --scope "exams:read attempts:read ops:read"${keyFile}`,
    '  Ctrl-C stops everything.',
  ].join('\n');
}

function alreadyRunning(other: Running): string {
  const starting = Object.keys(other.links).length === 0;
  const state = starting ? 'is being started' : 'is already running';
  return [
    `Invigil ${state} (process ${other.pid}, since ${other.startedAt}).`,
    ...(starting ? [] : ['', ...table(other.links)]),
    '',
    `  To stop it: Ctrl-C where it runs, or \`kill ${other.pid}\`.`,
  ].join('\n');
}

function table(rows: Record<string, string>): string[] {
  return Object.entries(rows).map(([name, value]) => `  ${name.padEnd(20)}${value}`);
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(`\nInvigil did not start: ${error.message}`);
    process.exit(1);
  },
);
