import { knex } from 'knex';
import { Client } from 'pg';
import { migrationSource } from './migration-source';

/**
 * Brings the database to the newest schema; all of it, or nothing when the process is killed. Two at once run one after the
 * other. Migrations of a newer release are left as they are, so that an older one can be brought back.
 * @returns the names of the migrations that ran.
 */
export async function migrateToLatest(databaseUrl: string): Promise<string[]> {
  return alone(databaseUrl, () => withMigrator(databaseUrl, (migrate) => migrate.latest()));
}

/** Takes every migration back, newest first. All data is lost. */
export async function rollbackAll(databaseUrl: string): Promise<string[]> {
  return alone(databaseUrl, () => withMigrator(databaseUrl, (migrate) => migrate.rollback(undefined, true)));
}

/**
 * The migrator's own lock is a row of a table that two migrators would both try to make. This one ends with the connection
 * of a process that was killed.
 */
async function alone<T>(databaseUrl: string, run: () => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'invigil migrate' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('begin');
    await client.query('set local idle_in_transaction_session_timeout = 0; set local lock_timeout = 0');
    await client.query(`select pg_advisory_xact_lock(hashtextextended('invigil:migrate', 0))`);
    return await run();
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function withMigrator(
  databaseUrl: string,
  run: (migrate: ReturnType<typeof knex>['migrate']) => Promise<unknown>,
): Promise<string[]> {
  const pool = knex({
    client: 'pg',
    connection: databaseUrl,
    pool: { min: 0, max: 2 },
    migrations: { migrationSource, disableMigrationsListValidation: true },
  });
  try {
    const [, names] = (await run(pool.migrate)) as [number, string[]];
    return names;
  } finally {
    await pool.destroy();
  }
}
