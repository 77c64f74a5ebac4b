import type { Knex } from 'knex';
import type { DraftState, QualificationDraft } from '../../domain/qualification/drafts';
import type { EvaluationWarning } from '../../domain/qualification/evaluation';
import type { PluginSettings } from '../../domain/qualification/settings-fields';
import { encodeCursor, decodeCursor, type Page, type PageRequest } from '../core/cursor';
import { queryRow, queryRows } from '../core/query';

/** A preview in numbers, with the names its reasons need. */
export interface PreviewSummary {
  students: number;
  qualify: number;
  warnings: EvaluationWarning[];
  assignments: { assignmentId: string; shortName: string; longName: string }[];
  /** Against the status it is based on; null where there was none. */
  changed: { came: number; gone: number; answer: number } | null;
  /** An import was under way when it was made. */
  importRunning: boolean;
}

export interface StoredDraft extends QualificationDraft {
  version: number;
  /** Null: decided by hand. */
  pluginId: string | null;
  pluginVersion: number | null;
  settings: PluginSettings | null;
  createdBy: string;
  createdAt: Date;
  changedBy: string;
  dataVersion: number | null;
  preview: PreviewSummary | null;
  hash: string | null;
  failure: string | null;
  savedSeq: number | null;
}

const COLUMNS = `draft_id as "draftId", period_id as "periodId", state, version, plugin_id as "pluginId",
  plugin_version as "pluginVersion", settings, created_by as "createdBy", created_at as "createdAt",
  changed_by as "changedBy", changed_at as "changedAt", based_on_seq as "basedOnSeq",
  cast(data_version as float8) as "dataVersion", preview, hash, failure, saved_seq as "savedSeq"`;

export async function findDraft(knex: Knex, draftId: string): Promise<StoredDraft | undefined> {
  return queryRow<StoredDraft>(knex, `select ${COLUMNS} from qualification_drafts where draft_id = :draftId`, {
    draftId,
  });
}

/** The same, held until the transaction ends: what is decided about a draft is decided one by one. */
export async function lockDraft(trx: Knex, draftId: string): Promise<StoredDraft | undefined> {
  const sql = `select ${COLUMNS} from qualification_drafts where draft_id = :draftId for update`;
  return queryRow<StoredDraft>(trx, sql, { draftId });
}

/** Newest first. */
export async function listDrafts(
  knex: Knex,
  periodId: string,
  { limit, cursor }: PageRequest,
): Promise<Page<StoredDraft>> {
  const [at, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, [/^\d{4}-[\dT:.Z-]+$/, /^[\w-]+$/]);
  const rows = await queryRows<StoredDraft>(
    knex,
    `select ${COLUMNS} from qualification_drafts where period_id = :periodId
       and (cast(:at as timestamptz) is null or (created_at, draft_id) < (cast(:at as timestamptz), :id))
     order by created_at desc, draft_id desc limit :atMost`,
    { periodId, at: at ?? null, id: id ?? null, atMost: limit + 1 },
  );
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  const nextCursor = last === undefined ? null : encodeCursor([last.createdAt.toISOString(), last.draftId]);
  return { items, nextCursor };
}

export interface DraftChoice {
  draftId: string;
  periodId: string;
  state: DraftState;
  pluginId: string | null;
  pluginVersion: number | null;
  settings: PluginSettings | null;
  by: string;
  at: Date;
}

/** Stores what was chosen, the first time or another time. A preview made for another choice is gone with it. */
export async function storeDraftChoice(trx: Knex, choice: DraftChoice): Promise<void> {
  await queryRows(
    trx,
    `insert into qualification_drafts (draft_id, period_id, state, version, plugin_id, plugin_version, settings, created_by,
       created_at, changed_by, changed_at)
     values (:draftId, :periodId, :state, 1, :pluginId, :pluginVersion, cast(:settings as jsonb), :by, :at, :by, :at)
     on conflict (draft_id) do update set state = excluded.state, version = qualification_drafts.version + 1,
       plugin_id = excluded.plugin_id, plugin_version = excluded.plugin_version, settings = excluded.settings,
       changed_by = excluded.changed_by, changed_at = excluded.changed_at, preview = null, hash = null, failure = null,
       based_on_seq = null, data_version = null`,
    { ...choice, settings: choice.settings === null ? null : JSON.stringify(choice.settings) },
  );
  await dropChunks(trx, choice.draftId);
}

export interface MadePreview {
  draftId: string;
  basedOnSeq: number | null;
  dataVersion: number;
  hash: string;
  preview: PreviewSummary;
}

export async function storePreview(trx: Knex, { preview, ...made }: MadePreview): Promise<void> {
  await queryRows(
    trx,
    `update qualification_drafts set state = 'ready', version = version + 1, based_on_seq = :basedOnSeq,
       data_version = :dataVersion, hash = :hash, preview = cast(:preview as jsonb), failure = null
     where draft_id = :draftId`,
    { ...made, preview: JSON.stringify(preview) },
  );
}

/** Ends a draft, or marks it as failed. A draft that ended keeps no results. */
export async function storeDraftState(
  trx: Knex,
  draftId: string,
  { state, failure = null, savedSeq = null }: { state: DraftState; failure?: string | null; savedSeq?: number | null },
): Promise<void> {
  await queryRows(
    trx,
    `update qualification_drafts set state = :state, version = version + 1, failure = :failure, saved_seq = :savedSeq
     where draft_id = :draftId`,
    { draftId, state, failure, savedSeq },
  );
  await dropChunks(trx, draftId);
}

async function dropChunks(trx: Knex, draftId: string): Promise<void> {
  await queryRows(trx, 'delete from qualification_draft_chunks where draft_id = :draftId', { draftId });
}
