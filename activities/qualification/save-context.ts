import type { Knex } from 'knex';
import { readChunks, STUDENTS_PER_CHUNK } from '../../db/qualification/draft-chunks';
import { lockDraft, type StoredDraft } from '../../db/qualification/drafts';
import { isImportRunning } from '../../db/qualification/imports';
import { findPeriod, type StoredPeriod } from '../../db/qualification/periods';
import { readAssignments } from '../../db/qualification/results';
import { streamStatusRows } from '../../db/qualification/status-rows';
import { findActiveStatus, type NamedAssignment, type StoredStatus } from '../../db/qualification/statuses';
import { decidedThen } from '../../domain/qualification/decided-list';
import type { DecidedList } from '../../domain/qualification/differences';
import type { StudentDecision } from '../../domain/qualification/evaluation';
import type { PeriodAssignment } from '../../domain/qualification/model';
import type { QualificationPlugin } from '../../domain/qualification/plugin';
import type { SaveContext } from '../../domain/qualification/save';
import { savedPlugin } from '../../domain/qualification/saved-plugin';
import type { QualificationRow } from '../../domain/qualification/statuses';
import { decideStudents } from './decide-students';
import { type DraftDependencies, pluginOf, withExpiry } from './dependencies';

export interface ReadSaveContext {
  context: SaveContext;
  draft: StoredDraft | null;
  period: StoredPeriod;
  assignments: NamedAssignment[];
}

interface AskedSave {
  periodId: string;
  draftId: string;
  by: string;
}

/** Reads all a save is decided from, under the period's lock. */
export async function readSaveContext(
  trx: Knex,
  dependencies: DraftDependencies,
  { periodId, draftId, by }: AskedSave,
): Promise<ReadSaveContext | 'unknown-plugin'> {
  const draft = (await lockDraft(trx, draftId)) ?? null;
  const period = await findPeriod(trx, periodId);
  if (period === undefined) throw new Error('a draft of a period that is not there');
  const plugin = pluginOf(dependencies.plugins, draft?.pluginId ?? null);
  if (plugin === undefined) return 'unknown-plugin';
  const assignments = await readAssignments(trx, periodId);
  const active = await findActiveStatus(trx, periodId);
  const previewed = draft?.state === 'ready' ? await readAll(readChunks(trx, draftId)) : [];
  const decisions = await decisionsNow(trx, { draft, period, plugin, assignments, previewed });
  const rule = ruleOf(draft, plugin, assignments);
  const context: SaveContext = {
    period,
    newest: active && { seq: active.seq, list: await listToCompare(trx, active, draft) },
    importRunning: await isImportRunning(trx, periodId),
    draft: draft && withExpiry(draft, dependencies.limits),
    ...rule,
    preview: previewList(draft, previewed),
    now: { assignments, decisions },
    at: dependencies.now(),
    by,
  };
  return { context, draft, period, assignments: assignments.map(nameOf) };
}

/** What the status will keep of its rule; a decision by hand has no plugin. */
function ruleOf(
  draft: StoredDraft | null,
  plugin: QualificationPlugin,
  assignments: readonly PeriodAssignment[],
): Pick<SaveContext, 'plugin' | 'settings'> {
  const settings = draft?.settings ?? {};
  if (draft === null || draft.pluginId === null || draft.settings === null) return { plugin: null, settings };
  const names = new Map(assignments.map(({ assignmentId, longName }) => [assignmentId, longName]));
  return { plugin: savedPlugin(plugin, settings, names), settings };
}

interface DecidedBefore {
  draft: StoredDraft | null;
  period: StoredPeriod;
  plugin: QualificationPlugin;
  assignments: readonly PeriodAssignment[];
  previewed: StudentDecision[];
}

/** Today's answers: those of the preview as long as neither the data nor the plugin moved. */
async function decisionsNow(
  trx: Knex,
  { draft, period, plugin, assignments, previewed }: DecidedBefore,
): Promise<StudentDecision[]> {
  if (draft?.state !== 'ready') return [];
  const isSamePlugin = draft.pluginVersion === null || draft.pluginVersion === plugin.version;
  if (isSamePlugin && draft.dataVersion === period.dataVersion) return previewed;
  const rule = { plugin, settings: draft.settings ?? {}, periodId: period.periodId, assignments };
  return readAll(decideStudents(trx, rule, STUDENTS_PER_CHUNK));
}

function previewList(draft: StoredDraft | null, decisions: readonly StudentDecision[]): DecidedList {
  return {
    assignmentIds: (draft?.preview?.assignments ?? []).map(({ assignmentId }) => assignmentId),
    students: decisions.map(({ userId, qualifies, cells }) => ({ userId, answer: qualifies, cells })),
  };
}

/** The saved list is only read where somebody saved after the preview. */
async function listToCompare(trx: Knex, active: StoredStatus, draft: StoredDraft | null): Promise<DecidedList | null> {
  if (draft === null || draft.basedOnSeq === active.seq) return null;
  const rows: QualificationRow[] = await readAll(streamStatusRows(trx, active.statusId, STUDENTS_PER_CHUNK));
  return decidedThen(
    active.assignments.map(({ assignmentId }) => assignmentId),
    rows,
  );
}

async function readAll<T>(pages: AsyncIterable<T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) for (const one of page) all.push(one);
  return all;
}

function nameOf({ assignmentId, shortName, longName }: PeriodAssignment): NamedAssignment {
  return { assignmentId, shortName, longName };
}
