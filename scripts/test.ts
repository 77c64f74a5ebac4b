import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startPostgres } from '../dev/embedded/postgres';
import { startTemporal } from '../dev/embedded/temporal';
import { obtainTemporalCli } from '../dev/embedded/temporal-cli';

const ROOT = resolve(__dirname, '..');
const TIERS = ['unit', 'api', 'activities', 'workflows', 'replay', 'conformance', 'chaos', 'e2e', 'browser'];
/** Need nothing but themselves. */
const PURE = ['unit', 'replay'];
/** Need more than a fresh machine has. */
const ON_REQUEST = ['browser'];

const HELP = `Runs the tests, starting Postgres and Temporal once when a tier needs them.

  npm test [-- TIER...] [-- JEST ARGUMENTS]      tiers: ${TIERS.join(' ')}

Without a tier all but ${ON_REQUEST.join(', ')} run. DATABASE_URL and TEMPORAL_ADDRESS are used when set. Suites that fail are shown in full,
the others with --verbose. The last line is "N passed, N failed".`;

interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
}

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

async function main(): Promise<number> {
  const { tiers, jestArgs } = readArguments(process.argv.slice(2));
  const needsServers = tiers.some((tier) => !PURE.includes(tier));
  const services = needsServers ? await startServices() : { env: {}, stop: async () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'invigil-test-'));
  try {
    const report = join(folder, 'report.json');
    const args = [...selection(tiers), ...reporterFor(jestArgs), `--outputFile=${report}`, ...jestArgs];
    const code = await runJest(args, services.env);
    return conclude(code, existsSync(report) ? counts(report) : { passed: 0, failed: 1, skipped: 0 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await services.stop();
  }
}

function readArguments(args: string[]): { tiers: string[]; jestArgs: string[] } {
  if (args.includes('--help')) {
    console.log(HELP);
    process.exit(0);
  }
  const end = args.findIndex((arg) => !TIERS.includes(arg));
  const named = end < 0 ? args : args.slice(0, end);
  const rest = end < 0 ? [] : args.slice(end);
  if (rest[0] !== undefined && !rest[0].startsWith('-')) throw new Error(`There is no tier "${rest[0]}".\n\n${HELP}`);
  const tiers = named.length > 0 ? named : TIERS.filter((tier) => hasTests(tier) && !ON_REQUEST.includes(tier));
  return { tiers, jestArgs: rest[0] === '--' ? rest.slice(1) : rest };
}

function hasTests(tier: string): boolean {
  const folder = join(ROOT, 'tests', tier);
  return (
    existsSync(folder) && readdirSync(folder, { recursive: true }).some((file) => String(file).endsWith('.test.ts'))
  );
}

async function startServices(): Promise<{ env: Record<string, string>; stop: () => Promise<void> }> {
  const started = Date.now();
  const log = (line: string): void => console.log(line);
  const cli = process.env['TEMPORAL_ADDRESS'] ? undefined : await obtainTemporalCli(log);
  const postgres = await startPostgres();
  const temporal = await startTemporal({ log }).catch(async (error: unknown) => {
    await postgres.dispose();
    throw error;
  });
  console.log(`Postgres and Temporal are ready (${((Date.now() - started) / 1000).toFixed(1)} s).`);
  const env = { TEST_DATABASE_URL: postgres.adminUrl, TEST_TEMPORAL_ADDRESS: temporal.address };
  return {
    env: { ...env, TEST_TEMPORAL_UI_URL: temporal.uiUrl, ...(cli ? { TEMPORAL_CLI: cli } : {}) },
    stop: async () => {
      await Promise.all([temporal.dispose(), postgres.dispose()]);
    },
  };
}

function selection(tiers: string[]): string[] {
  return [
    '--config',
    join(ROOT, 'jest.config.mjs'),
    '--selectProjects',
    ...tiers,
    '--maxWorkers=2',
    '--testTimeout=60000',
    '--json',
  ];
}

/** Suites that pass are not worth a line each, unless jest is told how to report. */
function reporterFor(jestArgs: string[]): string[] {
  const isChosen = jestArgs.some((arg) => /^--(verbose|reporters)\b/.test(arg));
  return isChosen ? [] : [`--reporters=${join(ROOT, 'tests/support/quiet-reporter.mjs')}`];
}

/** Ctrl-C reaches jest as well; it ends, and we go on to stop what we started. */
function runJest(args: string[], env: Record<string, string>): Promise<number> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  return new Promise((done, fail) => {
    const jest = spawn(process.execPath, [require.resolve('jest/bin/jest'), ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    jest.once('error', fail);
    jest.once('close', (code) => done(code ?? 1));
  });
}

/** A suite that could not even be loaded has no tests to fail, so it counts as one. */
function counts(file: string): Counts {
  const report = JSON.parse(readFileSync(file, 'utf8')) as JestReport;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function conclude(jestCode: number, { passed, failed, skipped }: Counts): number {
  const nothingRan = passed + failed === 0;
  if (nothingRan) console.error('No test ran.');
  process.on('exit', () =>
    console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`),
  );
  return jestCode === 0 && failed === 0 && !nothingRan ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    console.log('0 passed, 1 failed');
    process.exit(1);
  },
);
