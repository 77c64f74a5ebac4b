import { knex } from 'knex';
import { migrationSource } from './migration-source';

/** Brings the database to the newest schema. @returns the names of the migrations that ran. */
export async function migrateToLatest(databaseUrl: string): Promise<string[]> {
  return withMigrator(databaseUrl, (migrate) => migrate.latest());
}

/** Takes every migration back, newest first. All data is lost. */
export async function rollbackAll(databaseUrl: string): Promise<string[]> {
  return withMigrator(databaseUrl, (migrate) => migrate.rollback(undefined, true));
}

async function withMigrator(
  databaseUrl: string,
  run: (migrate: ReturnType<typeof knex>['migrate']) => Promise<unknown>,
): Promise<string[]> {
  const pool = knex({
    client: 'pg',
    connection: databaseUrl,
    pool: { min: 0, max: 2 },
    migrations: { migrationSource },
  });
  try {
    const [, names] = (await run(pool.migrate)) as [number, string[]];
    return names;
  } finally {
    await pool.destroy();
  }
}
