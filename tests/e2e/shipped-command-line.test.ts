import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeJwt } from 'jose';
import { migrationNames } from '../../db/core/migration-source';
import { devKey } from '../../dev/dev-key';
import { freePort } from '../../dev/ports';
import { ROOT } from '../../dev/stack-children';
import { emptyDatabase } from '../support/test-database';

jest.setTimeout(120_000);
const INSTALL_MS = 600_000;

const SUBCOMMANDS = ['migrate', 'publish', 'import', 'export', 'providers', 'reconcile', 'token', 'doctor'];

const run = promisify(execFile);

/** What a failed program printed is the failure. */
async function printing(running: Promise<unknown>): Promise<void> {
  await running.catch((error: Error & { stdout?: string; stderr?: string }) => {
    throw new Error(`${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`);
  });
}

/** An installation as the image has it: package.json, package-lock.json, production packages and dist. */
let folder: string;
let database: Awaited<ReturnType<typeof emptyDatabase>>;
let env: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'invigil-shipped-'));
  database = await emptyDatabase();
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(ROOT, file), join(folder, file));
  const tsc = [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'];
  const install = ['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  await Promise.all([
    printing(run(process.execPath, [...tsc, '--outDir', join(folder, 'dist')], { cwd: ROOT })),
    printing(run('npm', install, { cwd: folder })),
  ]);
  const keyFile = join(folder, 'dev-key.json');
  await devKey(keyFile);
  env = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: process.env['TEST_TEMPORAL_ADDRESS'] ?? '',
    TEMPORAL_UI_URL: process.env['TEST_TEMPORAL_UI_URL'] ?? '',
    AUTH_DEV_KEY_FILE: keyFile,
    INVIGIL_URL: `http://127.0.0.1:${await freePort()}`,
  };
}, INSTALL_MS);

afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

interface EndedProcess {
  code: number;
  out: string;
  err: string;
}

function invigil(args: string[], more: Record<string, string> = {}): Promise<EndedProcess> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { ...env, ...more } };
    execFile(process.execPath, ['dist/cli/main.js', ...args], options, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

test('What ships is without tests, benches, scripts and the development stack.', () => {
  const built = readdirSync(join(folder, 'dist'));
  expect(built).toEqual(expect.arrayContaining(['api', 'cli', 'config', 'db', 'worker', 'workflows']));
  expect(built.filter((name) => ['tests', 'bench', 'scripts', 'dev'].includes(name))).toEqual([]);
  expect(existsSync(join(folder, 'node_modules', 'typescript'))).toBe(false);
});

test('Every subcommand answers --help.', async () => {
  for (const name of SUBCOMMANDS) {
    const { code, out, err } = await invigil([name, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`Usage: invigil ${name}`);
  }
});

test('Commands that make no sense are 2, those that fail 1, none has a stack trace or hangs.', async () => {
  for (const args of [['nosuch'], ['migrate', '--bogus'], ['publish'], ['token', '--sub', 'a', '--scope', 'b:c']]) {
    expect(await invigil(args)).toMatchObject({ code: 2, out: '' });
  }
  writeFileSync(join(folder, 'course.yaml'), 'courseId: c1\nexams: []\n');
  for (const args of [
    ['publish', 'nofile.yaml'],
    ['publish', 'course.yaml'],
    ['import', '--customer', 'acme', 'nofile.ndjson'],
    ['export', '--follow', '1'],
  ]) {
    const { code, err } = await invigil(args);
    expect(code).toBe(1);
    expect(err).not.toMatch(/^\s+at /m);
    expect(err.trim().split('\n').length).toBeLessThanOrEqual(2);
  }
});

test('It migrates an empty database, and says before and afterwards what is pending.', async () => {
  const before = await invigil(['migrate', '--status']);
  expect(before).toMatchObject({ code: 0, out: `0 applied. Pending: ${migrationNames().join(', ')}\n` });
  const [one, other] = await Promise.all([invigil(['migrate']), invigil(['migrate'])]);
  expect([one.code, other.code]).toEqual([0, 0]);
  expect([one.out, other.out].sort()).toEqual([`Migrated: ${migrationNames().join(', ')}\n`, 'Nothing to do.\n']);
  const after = await invigil(['migrate', '--status']);
  expect(after.out).toBe(`${migrationNames().length} applied. Nothing is pending.\n`);
});

test('doctor finds the installation well, with a remedy for what is only nearly so.', async () => {
  const { code, out } = await invigil(['doctor']);
  expect(out).toMatch(/^✓ migrations +\d+ applied, none pending$/m);
  expect(out).toMatch(/^✓ search attributes +all \d+ are there; used: Keyword \d+ of 10/m);
  expect(out).toMatch(/^✓ clocks +within 2 s of ours: database, Temporal's UI$/m);
  expect(out).toMatch(/^! mail +not configured.*\n +→ set SMTP_URL$/m);
  expect(out).toMatch(/0 wrong$/m);
  expect(code).toBe(0);
});

test('doctor says what is wrong, each with a remedy, also as JSON, and ends with 1.', async () => {
  const port = await freePort();
  const wrong = {
    DATABASE_URL: `postgres://invigil:geheim@127.0.0.1:${port}/invigil`,
    TEMPORAL_NAMESPACE: 'nowhere',
    CREDIT_URL: `http://127.0.0.1:${port}`,
    SMTP_URL: `smtp://127.0.0.1:${port}`,
  };
  const { code, out } = await invigil(['doctor', '--json'], wrong);
  expect(code).toBe(1);
  expect(out).not.toContain('geheim');
  const { isWell, findings } = JSON.parse(out) as { isWell: boolean; findings: Record<string, string>[] };
  expect(isWell).toBe(false);
  const problems = findings.filter(({ level }) => level === 'problem');
  expect(problems.map(({ check }) => check)).toEqual(['database', 'namespace', 'credit', 'mail']);
  expect(problems.every(({ remedy }) => remedy !== undefined && remedy !== '')).toBe(true);
  const unreadable = await invigil(['doctor'], { DATABASE_URL: '', PORT: 'eighty' });
  expect(unreadable.code).toBe(1);
  expect(unreadable.out).toMatch(/✗ settings +DATABASE_URL[\s\S]*✗ settings +PORT/);
});

test('reconcile finds nothing, providers says that there are none, token signs one.', async () => {
  const reconciled = await invigil(['reconcile', '--dry-run']);
  expect(reconciled).toMatchObject({ code: 0, out: '0 looked at, 0 disagreements, 0 mended, 0 left\n' });
  expect((await invigil(['providers'])).out).toMatch(/^There are no providers/);
  const { out } = await invigil(['token', '--sub', 'ada', '--scope', 'exams:read', '--courses', '']);
  expect(decodeJwt(out.trim())).toMatchObject({ sub: 'ada', scope: 'exams:read', courses: [] });
});
