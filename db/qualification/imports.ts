import type { Knex } from 'knex';
import { queryRow, queryRows } from '../core/query';

/** An import that gave no sign of life for so long is taken for dead, and saves go on. */
const SILENT_AFTER = "interval '60 seconds'";

export async function beginImport(knex: Knex, importId: string, periodId: string): Promise<void> {
  await queryRows(
    knex,
    `insert into period_imports (import_id, period_id, beat_at) values (:importId, :periodId, clock_timestamp())`,
    { importId, periodId },
  );
}

export async function beatImport(knex: Knex, importId: string): Promise<void> {
  await queryRows(knex, 'update period_imports set beat_at = clock_timestamp() where import_id = :importId', {
    importId,
  });
}

/** Also forgets what dead imports left. */
export async function endImport(knex: Knex, importId: string): Promise<void> {
  await queryRows(
    knex,
    `delete from period_imports where import_id = :importId or beat_at < clock_timestamp() - interval '1 day'`,
    { importId },
  );
}

export async function isImportRunning(knex: Knex, periodId: string): Promise<boolean> {
  const row = await queryRow<{ running: boolean }>(
    knex,
    `select exists (select 1 from period_imports where period_id = :periodId
       and beat_at > clock_timestamp() - ${SILENT_AFTER}) as running`,
    { periodId },
  );
  return row?.running ?? false;
}

/** Tells everybody that results may have changed. Called in the transaction that changes them. */
export async function raiseDataVersion(trx: Knex, periodId: string): Promise<void> {
  await queryRows(trx, 'update periods set data_version = data_version + 1 where period_id = :periodId', { periodId });
}
