import type { Knex } from 'knex';
import { queryRows, writeRows } from '../core/query';

/** Somebody took a status over into another system. Marks are only ever added. */
export interface StoredExportMark {
  statusId: string;
  at: Date;
  system: string | null;
  note: string | null;
  by: string;
}

export async function addExport(
  trx: Knex,
  mark: StoredExportMark & { requestId: string; commandId: string },
): Promise<void> {
  await writeRows(
    trx,
    `insert into qualification_exports (status_id, at, system, note, by, request_id, command_id)
     values (:statusId, :at, :system, :note, :by, :requestId, :commandId) on conflict (command_id) do nothing`,
    mark,
  );
}

/** Of these statuses, oldest first. */
export async function listExports(knex: Knex, statusIds: readonly string[]): Promise<StoredExportMark[]> {
  if (statusIds.length === 0) return [];
  return queryRows<StoredExportMark>(
    knex,
    `select status_id as "statusId", at, system, note, by from qualification_exports
     where status_id in (select cast(id as bigint) from json_array_elements_text(cast(:ids as json)) as id)
     order by export_id`,
    { ids: JSON.stringify(statusIds) },
  );
}
