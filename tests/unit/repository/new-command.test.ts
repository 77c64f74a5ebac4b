import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PRODUCT, ROOT } from './sources';

const run = promisify(execFile);
const PATCH = join(__dirname, 'new-command.patch');
const files = [...readFileSync(PATCH, 'utf8').matchAll(/^\+\+\+ b\/(.+)$/gm)].map(([, path]) => path as string);
const unitTests = files.filter((path) => path.startsWith('tests/'));

let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'invigil-new-command-'));
  const product = PRODUCT.filter((folder) => existsSync(join(ROOT, folder)));
  for (const part of [...product, 'tests/unit/domain', 'tests/golden', 'package.json', 'jest.config.mjs']) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'dir');
  const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')) as {
    compilerOptions: object;
  };
  const include = [...product.map((folder) => `${folder}/**/*.ts`), ...unitTests];
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify({ compilerOptions, include }));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** CONTRIBUTING.md, "Adding a command to attempts". */
describe('A new command, from its rule to its route', () => {
  it('touches at most six files of the product, and one unit test', () => {
    expect(files.length - unitTests.length).toBeLessThanOrEqual(6);
    expect(unitTests).toHaveLength(1);
  });

  it('is written in these files alone: with them the sources compile and its unit test passes', async () => {
    await inCopy('git', 'apply', PATCH);
    await inCopy(process.execPath, 'node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json');
    await inCopy(process.execPath, 'node_modules/jest/bin/jest.js', '--selectProjects=unit', '--', ...unitTests);
  }, 240_000);
});

/** @throws with the output of a command that fails. */
async function inCopy(command: string, ...args: string[]): Promise<void> {
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() };
  await run(command, args, { cwd: copy, env }).catch((error: Error & { stdout?: string; stderr?: string }) => {
    throw new Error(`${command} ${args.join(' ')}\n${error.stdout ?? ''}${error.stderr ?? ''}`);
  });
}
