import { Client } from 'pg';
import { migrationNames } from './migration-source';

/** Longest wait for a connection. */
const CONNECT_MS = 5_000;

/** Resolves when the database takes a connection. @throws the driver's error. */
export async function pingDatabase(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, (client) => client.query('select 1'));
}

/** What the database has of the schema; nothing is written, not even the migrator's own tables. */
export interface MigrationStatus {
  applied: string[];
  /** Of this release, oldest first. */
  pending: string[];
  /** Applied, but not of this release: a newer one was here. */
  unknown: string[];
}

export async function readMigrationStatus(databaseUrl: string): Promise<MigrationStatus> {
  return withClient(databaseUrl, async (client) => {
    const applied = await appliedMigrations(client);
    const known = migrationNames();
    return {
      applied,
      pending: known.filter((name) => !applied.includes(name)),
      unknown: applied.filter((name) => !known.includes(name)),
    };
  });
}

async function appliedMigrations(client: Client): Promise<string[]> {
  const table = await client.query<{ found: boolean }>(`select to_regclass('knex_migrations') is not null as found`);
  if (!table.rows[0]?.found) return [];
  const { rows } = await client.query<{ name: string }>('select name from knex_migrations order by id');
  return rows.map(({ name }) => name);
}

/** Where the server is and what its clock says. */
export interface DatabaseServer {
  version: string;
  /** Milliseconds by which its clock is ahead of ours, taken in the middle of the round trip. */
  clockAheadMs: number;
}

export async function readDatabaseServer(databaseUrl: string): Promise<DatabaseServer> {
  return withClient(databaseUrl, async (client) => {
    const begun = Date.now();
    const { rows } = await client.query<{ version: string; now: Date }>(
      `select current_setting('server_version') as version, clock_timestamp() as now`,
    );
    const [row] = rows;
    if (!row) throw new Error('The database answered nothing.');
    return { version: row.version, clockAheadMs: row.now.getTime() - (begun + Date.now()) / 2 };
  });
}

async function withClient<T>(databaseUrl: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
    application_name: 'invigil',
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
