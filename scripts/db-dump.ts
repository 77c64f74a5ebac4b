import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { dumpSchema } from '../db/core/dump-schema';
import { migrateToLatest } from '../db/core/migrate';
import { withDatabase } from './with-database';

const FILE = resolve(__dirname, '../db/schema.sql');

/** Writes db/schema.sql as the migrations make it; with --check only compares. */
async function main(): Promise<void> {
  const schema = await withDatabase(async (databaseUrl) => {
    await migrateToLatest(databaseUrl);
    return dumpSchema(databaseUrl);
  });
  if (!process.argv.includes('--check')) {
    writeFileSync(FILE, schema);
    console.log('db/schema.sql written.');
    return;
  }
  if (readFileSync(FILE, 'utf8') !== schema)
    throw new Error('db/schema.sql is not what the migrations make. Run `npm run db:dump`.');
  console.log('db/schema.sql is up to date.');
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
