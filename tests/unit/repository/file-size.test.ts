import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PRODUCT, ROOT, sourcesOf } from './sources';

/** A file is one idea. More lines than this want a line in docs/large-files.md that says why. */
const MOST_LINES = 150;
const MOST_MEDIAN = 60;

const sizes = sourcesOf(PRODUCT)
  .filter(({ path }) => !path.startsWith('db/migrations/'))
  .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }));

describe('files', () => {
  it(`have ${MOST_MEDIAN} lines or fewer, half of them`, () => {
    const sorted = sizes.map(({ lines }) => lines).sort((one, other) => one - other);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(MOST_MEDIAN);
  });

  it(`with more than ${MOST_LINES} lines are those that docs/large-files.md gives a reason for`, () => {
    const page = readFileSync(join(ROOT, 'docs/large-files.md'), 'utf8');
    const explained = [...page.matchAll(/^\| `([^`]+)` +\| .{20,}\|$/gm)].map(([, path]) => path).sort();
    const large = sizes.filter(({ lines }) => lines > MOST_LINES).map(({ path }) => path);
    expect(explained).toEqual(large.sort());
  });
});
