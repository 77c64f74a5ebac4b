import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from '../../dev/stack-children';

jest.setTimeout(240_000);

const run = promisify(execFile);

/** Runs the bench as people do. Rejects when it exits with anything but 0; what it printed is in the error then. */
async function bench(...args: string[]): Promise<string> {
  const command = ['run', '--silent', 'bench:due-date', '--', ...args];
  return (await run('npm', command, { cwd: ROOT, timeout: 230_000 })).stdout;
}

test('Fifty attempts that run towards one due date all end at it, and none fails.', async () => {
  const lines = (await bench('--attempts', '50')).trimEnd().split('\n');
  const result = JSON.parse(lines.at(-1) ?? '') as { p50Ms: number; p99Ms: number };
  expect(result).toMatchObject({ bench: 'due-date', attempts: 50, failed: 0 });
  expect(result.p50Ms).toBeGreaterThan(0);
  expect(result.p99Ms).toBeGreaterThanOrEqual(result.p50Ms);
});

test('The bench explains itself, and says what is wrong with a command line.', async () => {
  expect(await bench('--help')).toContain('--attempts N');
  await expect(bench('--attempts', 'many')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--attempts must be'),
  });
});
