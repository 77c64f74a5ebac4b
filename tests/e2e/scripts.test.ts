import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { workThrough } from '../../dev/bounded-work';
import { ROOT } from '../../dev/stack-children';

jest.setTimeout(180_000);

const run = promisify(execFile);

/** The scripts that are programs of this repository, with what package.json gives them; the tiers of tests are one program. */
function programs(): { name: string; args: string[] }[] {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  return Object.entries(scripts).flatMap(([name, line]) => {
    const [runner, ...args] = line.split(' ');
    return runner === 'tsx' && !name.startsWith('test:') ? [{ name, args }] : [];
  });
}

test('Every script explains itself instead of running, when it is asked for help.', async () => {
  const silent: string[] = [];
  await workThrough(programs(), 2, async ({ name, args }) => {
    const { stdout } = await run(process.execPath, ['--import', 'tsx', ...args, '--help'], {
      cwd: ROOT,
      timeout: 60_000,
    });
    if (!/^\S.{20,}[^]*(npm run|npm start|npm test|invigil)/.test(stdout))
      silent.push(`${name}: ${stdout.slice(0, 80)}`);
  });
  expect(silent).toEqual([]);
});
