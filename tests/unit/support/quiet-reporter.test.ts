import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

jest.setTimeout(60_000);

const REPORTER = join(__dirname, '../../support/quiet-reporter.mjs');
const SUITES = {
  'fine.test.js': `test('is fine', () => console.log('a word of a suite that passes'));`,
  'wrong.test.js': `test('is wrong', () => { console.log('a word of a suite that fails'); expect(1).toBe(2); });`,
  'broken.test.js': `throw new Error('cannot be loaded');`,
};

/** Everything jest prints when it runs these suites in a folder of their own. */
async function run(suites: Record<string, string>, options: object = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'invigil-reporter-'));
  mkdirSync(join(folder, 'suites'));
  for (const [name, text] of Object.entries(suites)) writeFileSync(join(folder, 'suites', name), text);
  const project = { displayName: 'small', rootDir: folder, testMatch: ['**/*.test.js'], transform: {} };
  const config = JSON.stringify({ rootDir: folder, projects: [project], reporters: [[REPORTER, options]] });
  const args = [require.resolve('jest/bin/jest'), '--config', config, '--maxWorkers=2', '--no-cache'];
  const output = await new Promise<string>((done) => {
    execFile(process.execPath, args, { cwd: folder }, (_error, stdout, stderr) => done(stdout + stderr));
  });
  rmSync(folder, { recursive: true });
  return output;
}

describe('the reporter of npm test', () => {
  it('prints what fails, with what it wrote, and of what passes one line for all', async () => {
    const output = await run(SUITES);
    expect(output).toMatch(/^FAIL small suites\/wrong\.test\.js \(\d+\.\d s\)$/m);
    expect(output).toContain('● is wrong');
    expect(output).toContain('console.log: a word of a suite that fails');
    expect(output).toContain('cannot be loaded');
    expect(output).not.toMatch(/fine\.test|passes/);
    expect(output).toMatch(/^small: 3 suites, 2 FAILED, 1 tests passed, \d+\.\d s$/m);
    expect(output.match(/^FAIL .*wrong\.test\.js$/gm)).toHaveLength(1);
  });

  it('says from time to time how far it is, and what takes long', async () => {
    const slow = `test('is slow', () => new Promise((done) => setTimeout(done, 600)));`;
    const output = await run({ ...SUITES, 'slow.test.js': slow }, { everyMs: 100 });
    expect(output).toMatch(/^\d of 4 suites, \d failed; running: .*suites\/slow\.test\.js \(\d+\.\d s\)$/m);
  });
});
