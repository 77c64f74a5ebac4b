import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { dumpSchema } from '../db/core/dump-schema';
import { migrateToLatest } from '../db/core/migrate';
import { migrationNames } from '../db/core/migration-source';
import { withDatabase } from './with-database';

const FOLDER = resolve(__dirname, '../db');
const FILE = join(FOLDER, 'schema.sql');

const HELP = `Writes db/schema.sql as the migrations make it.

  npm run db:dump [-- --check]

  --check   writes nothing; exit code 1 when the file is not what the migrations make
  --help    this text

DATABASE_URL names an empty database to use; else an embedded one is started and thrown away.`;

async function main(): Promise<number> {
  const options = readArguments();
  if (typeof options === 'number') return options;
  const unlisted = unlistedMigrations();
  if (unlisted.length > 0)
    throw new Error(`db/core/migration-source.ts does not list ${unlisted.join(', ')}: it would never run.`);
  const schema = await withDatabase(async (databaseUrl) => {
    await migrateToLatest(databaseUrl);
    return dumpSchema(databaseUrl);
  });
  if (!options.check) {
    writeFileSync(FILE, schema);
    console.log('db/schema.sql written.');
    return 0;
  }
  if (readFileSync(FILE, 'utf8') !== schema)
    throw new Error('db/schema.sql is not what the migrations make. Run `npm run db:dump`.');
  console.log('db/schema.sql is up to date.');
  return 0;
}

function readArguments(): { check: boolean } | number {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({ options: { check: flag, help: { ...flag, short: 'h' } } });
    if (!values.help) return { check: values.check };
    console.log(HELP);
    return 0;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
}

/** Migrations are read from a list, so a file alone does nothing. */
function unlistedMigrations(): string[] {
  const files = readdirSync(join(FOLDER, 'migrations')).map((name) => name.replace(/\.ts$/, ''));
  return files.filter((name) => !migrationNames().includes(name));
}

main().then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
