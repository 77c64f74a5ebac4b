import { readdirSync } from 'node:fs';
import { join, parse } from 'node:path';
import { migrationNames } from '../../../db/core/migration-source';
import { ROOT } from '../repository/sources';

describe('The migrations', () => {
  it('that are in the folder are all listed, so all of them run', () => {
    const files = readdirSync(join(ROOT, 'db/migrations')).map((file) => parse(file).name);
    expect(migrationNames()).toEqual(files.sort());
  });

  it('have a number each', () => {
    const numbers = migrationNames().map((name) => name.slice(0, 4));
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
