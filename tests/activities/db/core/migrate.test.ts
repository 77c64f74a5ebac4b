import { Client } from 'pg';
import { dumpSchema } from '../../../../db/core/dump-schema';
import { readDatabaseServer, readMigrationStatus } from '../../../../db/core/inspect';
import { migrateToLatest } from '../../../../db/core/migrate';
import { migrationNames } from '../../../../db/core/migration-source';
import { waitUntil } from '../../../../dev/wait-until';
import { emptyDatabase } from '../../../support/test-database';

let database: Awaited<ReturnType<typeof emptyDatabase>>;
beforeEach(async () => {
  database = await emptyDatabase();
});
afterEach(() => database.drop());

async function withClient<T>(use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

const query = <T extends object>(sql: string): Promise<T[]> =>
  withClient(async (client) => (await client.query<T>(sql)).rows);

test('The status of an empty database is that everything is pending; asking for it writes nothing.', async () => {
  expect(await readMigrationStatus(database.url)).toEqual({ applied: [], pending: migrationNames(), unknown: [] });
  expect(await query(`select 1 from pg_class where relnamespace = 'public'::regnamespace`)).toEqual([]);
});

test('Afterwards nothing is pending, and again there is nothing to do.', async () => {
  expect(await migrateToLatest(database.url)).toEqual(migrationNames());
  expect(await readMigrationStatus(database.url)).toEqual({ applied: migrationNames(), pending: [], unknown: [] });
  expect(await migrateToLatest(database.url)).toEqual([]);
});

test('Several at once: one does it, the others find it done.', async () => {
  const ran = await Promise.all([1, 2, 3].map(() => migrateToLatest(database.url)));
  expect(ran.map((names) => names.length).sort()).toEqual([0, 0, migrationNames().length]);
});

test('One that waits while another is killed half way does everything.', async () => {
  const other = new Client({ connectionString: database.url });
  other.on('error', () => undefined);
  const killed = new Promise((resolve) => other.once('end', resolve));
  await other.connect();
  await other.query('begin');
  await other.query(`select pg_advisory_xact_lock(hashtextextended('invigil:migrate', 0))`);
  await other.query('create table half_done (id int)');
  const waiting = migrateToLatest(database.url);
  const isWaiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`;
  await waitUntil(async () => (await query(isWaiting)).length === 1, {
    what: 'the second one to wait',
    timeoutMs: 10_000,
  });
  await query(
    `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
       and database = (select oid from pg_database where datname = current_database())`,
  );
  await killed;
  expect(await waiting).toEqual(migrationNames());
  expect(await dumpSchema(database.url)).not.toContain('half_done');
});

test('A database of a newer release is left as it is, so that an older one can be brought back.', async () => {
  await migrateToLatest(database.url);
  await query(`insert into knex_migrations (name, batch, migration_time) values ('9999-to-come', 2, now())`);
  expect(await migrateToLatest(database.url)).toEqual([]);
  expect(await readMigrationStatus(database.url)).toMatchObject({ pending: [], unknown: ['9999-to-come'] });
});

test('The server tells its version and a clock that is about ours.', async () => {
  const { version, clockAheadMs } = await readDatabaseServer(database.url);
  expect(Number.parseInt(version, 10)).toBeGreaterThanOrEqual(14);
  expect(Math.abs(clockAheadMs)).toBeLessThan(5_000);
});
