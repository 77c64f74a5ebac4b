import type { Knex } from 'knex';
import { NotReadyError } from '../../config/readiness';
import { migrationNames } from '../core/migration-source';
import { queryRow, queryRows } from '../core/query';

/** Postgres answers and takes writes: a standby, or a primary set to read only, answers and takes none. */
export async function checkDatabase(knex: Knex): Promise<void> {
  const row = await queryRow<{ isReadOnly: boolean }>(
    knex,
    `select pg_is_in_recovery() or cast(current_setting('transaction_read_only') as boolean) as "isReadOnly"`,
  );
  if (row?.isReadOnly !== false) throw new NotReadyError('The database is read only.');
}

const UNDEFINED_TABLE = '42P01';

/** The schema is at least as new as this code. A newer one is fine: migrations only add. */
export async function checkMigrations(knex: Knex): Promise<void> {
  const applied = new Set(await appliedMigrations(knex));
  const missing = migrationNames().filter((name) => !applied.has(name));
  if (missing.length > 0)
    throw new NotReadyError(`The database lacks the migrations ${missing.join(', ')}: run invigil migrate.`);
}

async function appliedMigrations(knex: Knex): Promise<string[]> {
  try {
    const rows = await queryRows<{ name: string }>(knex, 'select name from knex_migrations');
    return rows.map(({ name }) => name);
  } catch (error) {
    if ((error as { code?: string }).code === UNDEFINED_TABLE) return [];
    throw error;
  }
}
