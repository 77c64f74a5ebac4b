import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { dumpSchema } from '../../../../db/core/dump-schema';
import { migrateToLatest, rollbackAll } from '../../../../db/core/migrate';
import { emptyDatabase } from '../../../support/test-database';

describe('the schema', () => {
  let database: Awaited<ReturnType<typeof emptyDatabase>>;
  beforeAll(async () => {
    database = await emptyDatabase();
  });
  afterAll(() => database.drop());

  it('is the same after going up, down and up again, and leaves nothing behind when down', async () => {
    const names = await migrateToLatest(database.url);
    const first = await dumpSchema(database.url);
    expect(await migrateToLatest(database.url)).toEqual([]);
    expect(await rollbackAll(database.url)).toEqual([...names].reverse());
    expect(await dumpSchema(database.url)).toBe('');
    expect(await migrateToLatest(database.url)).toEqual(names);
    expect(await dumpSchema(database.url)).toBe(first);
  });

  it('is the one in db/schema.sql', async () => {
    await migrateToLatest(database.url);
    expect(await dumpSchema(database.url)).toBe(readFileSync(resolve(__dirname, '../../../../db/schema.sql'), 'utf8'));
  });
});
