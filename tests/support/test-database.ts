import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Knex } from 'knex';
import { Client } from 'pg';
import { connectDatabase } from '../../db/core/connect';
import { migrateToLatest } from '../../db/core/migrate';

/** A database of the test file's own, with the newest schema and nothing in it. */
export interface TestDatabase {
  url: string;
  db: Knex;
  /** Another pool on the same database; closed by `drop`. */
  connect(poolMax: number): Knex;
  /** False: it is as good as down, those who are connected lose their connection. */
  allowConnections(allowed: boolean): Promise<void>;
  drop(): Promise<void>;
}

/** Held while the template is made or copied: Postgres refuses to copy a database somebody is connected to. */
const TEMPLATE_LOCK = 7_421_001;

/** Clones the migrated template, making it first if this server has none of the present schema. */
export async function cloneDatabase(poolMax = 4): Promise<TestDatabase> {
  const name = `invigil_test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(async (admin) => {
    await admin.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    await admin.query(`create database ${name} template ${await templateOf(admin)}`);
  });
  const url = urlOf(name);
  const pools = [connectDatabase({ url, poolMax })];
  return {
    url,
    db: pools[0] as Knex,
    connect(max) {
      const pool = connectDatabase({ url, poolMax: max });
      pools.push(pool);
      return pool;
    },
    async allowConnections(allowed) {
      await asAdmin(async (admin) => {
        await admin.query(`alter database ${name} with allow_connections ${allowed}`);
        if (!allowed)
          await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
      });
    },
    async drop() {
      await Promise.all(pools.map((pool) => pool.destroy()));
      await asAdmin((admin) => admin.query(`drop database ${name} with (force)`));
    },
  };
}

/** An empty database without schema, for the migrations themselves. */
export async function emptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `invigil_empty_${randomUUID().replaceAll('-', '')}`;
  await asAdmin((admin) => admin.query(`create database ${name}`));
  return { url: urlOf(name), drop: () => asAdmin((admin) => admin.query(`drop database ${name} with (force)`)) };
}

/** Named after the schema, so that a server used for several runs never serves an old one. */
async function templateOf(admin: Client): Promise<string> {
  const schema = readFileSync(resolve(__dirname, '../../db/schema.sql'));
  const name = `invigil_template_${createHash('sha256').update(schema).digest('hex').slice(0, 16)}`;
  const found = await admin.query('select 1 from pg_database where datname = $1', [name]);
  if (found.rowCount) return name;
  await admin.query(`drop database if exists ${name}_new`);
  await admin.query(`create database ${name}_new`);
  await migrateToLatest(urlOf(`${name}_new`));
  await admin.query(`alter database ${name}_new rename to ${name}`);
  return name;
}

async function asAdmin(use: (admin: Client) => Promise<unknown>): Promise<void> {
  const admin = new Client({ connectionString: adminUrl() });
  await admin.connect();
  try {
    await use(admin);
  } finally {
    await admin.end();
  }
}

function urlOf(database: string): string {
  const url = new URL(adminUrl());
  url.pathname = `/${database}`;
  return url.toString();
}

function adminUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) throw new Error('TEST_DATABASE_URL is not set: run these tests with `npm test -- activities`');
  return url;
}
