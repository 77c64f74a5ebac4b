import type { Knex } from 'knex';
import type { PluginSettings } from '../../domain/qualification/settings-fields';
import type { QualificationStatus, QualificationStatusName, SavedPlugin } from '../../domain/qualification/statuses';
import { queryRow, queryRows } from '../core/query';

/** An assignment as it was called when a status was saved. */
export interface NamedAssignment {
  assignmentId: string;
  shortName: string;
  longName: string;
}

/** A status as it was saved, without its rows. */
export interface StoredStatus {
  /** In the database only; addresses use the period's own numbers (`seq`). */
  statusId: string;
  periodId: string;
  seq: number;
  status: QualificationStatusName;
  message: string;
  at: Date;
  by: string;
  because: string;
  requestId: string;
  plugin: SavedPlugin | null;
  settings: PluginSettings | null;
  draftId: string | null;
  assignments: NamedAssignment[];
  qualify: number;
  fail: number;
  undecided: number;
  dataVersion: number;
}

const STATUS_COLUMNS = `s.status_id as "statusId", s.period_id as "periodId", s.seq, s.status, s.message, s.at, s.by, s.because,
  s.request_id as "requestId", s.plugin, s.settings, s.draft_id as "draftId", s.assignments, s.qualify, s.fail, s.undecided,
  cast(s.data_version as float8) as "dataVersion"`;

/** The status that counts now. */
export async function findActiveStatus(knex: Knex, periodId: string): Promise<StoredStatus | null> {
  const row = await queryRow<StoredStatus>(
    knex,
    `select ${STATUS_COLUMNS} from qualification_active a join qualification_statuses s on s.status_id = a.status_id
     where a.period_id = :periodId`,
    { periodId },
  );
  return row ?? null;
}

export async function findStatus(knex: Knex, periodId: string, seq: number): Promise<StoredStatus | undefined> {
  const sql = `select ${STATUS_COLUMNS} from qualification_statuses s where s.period_id = :periodId and s.seq = :seq`;
  return queryRow<StoredStatus>(knex, sql, { periodId, seq });
}

/** What a command has saved, if it has. */
export async function findStatusOfCommand(knex: Knex, commandId: string): Promise<StoredStatus | undefined> {
  const sql = `select ${STATUS_COLUMNS} from qualification_statuses s where s.command_id = :commandId`;
  return queryRow<StoredStatus>(knex, sql, { commandId });
}

/** Newest first, from before `beforeSeq`. */
export async function listStatuses(
  knex: Knex,
  periodId: string,
  { beforeSeq, limit }: { beforeSeq?: number | undefined; limit: number },
): Promise<StoredStatus[]> {
  return queryRows<StoredStatus>(
    knex,
    `select ${STATUS_COLUMNS} from qualification_statuses s where s.period_id = :periodId and s.seq < :before
     order by s.seq desc limit :limit`,
    { periodId, before: beforeSeq ?? 2_147_483_647, limit },
  );
}

export interface StatusToAdd {
  periodId: string;
  status: QualificationStatus;
  assignments: readonly NamedAssignment[];
  counts: { qualify: number; fail: number; undecided: number };
  because: string;
  requestId: string;
  commandId: string;
  dataVersion: number;
}

/** Adds a status behind the newest; nothing saved before is touched. @returns its id in the database. */
export async function addStatus(trx: Knex, added: StatusToAdd): Promise<string> {
  const { status, periodId, counts, because, requestId, commandId, dataVersion } = added;
  const { seq, message, at, by, plugin, settings, draftId } = status;
  const row = await queryRow<{ statusId: string }>(trx, ADD_STATUS, {
    ...counts,
    periodId,
    seq,
    message,
    at,
    by,
    draftId,
    because,
    requestId,
    commandId,
    dataVersion,
    status: status.status,
    plugin: plugin && JSON.stringify(plugin),
    settings: settings && JSON.stringify(settings),
    assignments: JSON.stringify(added.assignments),
  });
  const statusId = row?.statusId ?? '';
  return statusId;
}

/** Makes a status the one that counts. Among the last in its transaction: who starts an exam waits for this row. */
export async function activateStatus(trx: Knex, periodId: string, statusId: string): Promise<void> {
  await queryRows(
    trx,
    `insert into qualification_active (period_id, status_id) values (:periodId, :statusId)
     on conflict (period_id) do update set status_id = excluded.status_id`,
    { periodId, statusId },
  );
}

const ADD_STATUS = `
  insert into qualification_statuses (period_id, seq, status, message, at, by, because, request_id, command_id, plugin,
    settings, draft_id, assignments, qualify, fail, undecided, data_version)
  values (:periodId, :seq, :status, :message, :at, :by, :because, :requestId, :commandId, cast(:plugin as jsonb),
    cast(:settings as jsonb), :draftId, cast(:assignments as jsonb), :qualify, :fail, :undecided, :dataVersion)
  returning status_id as "statusId"`;
