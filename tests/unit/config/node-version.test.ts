import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeVersionProblem, OLDEST_NODE } from '../../../config/node-version';

const ROOT = join(__dirname, '../../..');

test.each(['20.19.0', '20.20.2', '22.0.0', '24.11.1', '100.0.0'])('Node %s will do.', (version) => {
  expect(nodeVersionProblem(version)).toBeUndefined();
});

test.each(['18.20.8', '20.18.3', '20.9.0', '9.99.0', '0.10.48'])('Node %s is told what is needed.', (version) => {
  expect(nodeVersionProblem(version)).toBe(`Node 20.19 or newer is needed, this is ${version}.`);
});

test('The version is the one that package.json promises.', () => {
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { engines: { node: string } };
  expect(engines.node).toBe(`>=${OLDEST_NODE}`);
});

test.each(['api/server.ts', 'worker/main.ts', 'cli/main.ts', 'dev/start.ts', 'dev/demo/main.ts'])(
  '%s looks at the version before it loads anything else.',
  (file) => {
    const [first] = readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('import '));
    expect(first).toMatch(/^import '(\.\.\/)+config\/node-version';$/);
  },
);
