import type { Knex } from 'knex';
import type { DraftActivities, DraftCommandInput, DraftResult } from '../../contracts/qualification/activities';
import { findQualificationCommand, type QualificationCommand, storeOutcome } from '../../db/qualification/commands';
import { findDraft, storeDraftState, type StoredDraft } from '../../db/qualification/drafts';
import { lockPeriod } from '../../db/qualification/lock';
import { addStatusRows } from '../../db/qualification/status-rows';
import { activateStatus, addStatus, findStatusOfCommand } from '../../db/qualification/statuses';
import { decideSave, type SaveDecision, type SaveRequest } from '../../domain/qualification/save';
import { type DraftDependencies, viewOf } from './dependencies';
import { readSaveContext, type ReadSaveContext } from './save-context';

/** A save as it was asked for. */
export interface StoredSaveRequest extends SaveRequest {
  ifVersion?: number;
}

/**
 * Saves a draft under the period's lock, in one transaction: what it decides from can't change until it is committed. A
 * command that saved already gives the same status again.
 */
export function saveActivities(dependencies: DraftDependencies): Pick<DraftActivities, 'saveDraft'> {
  return { saveDraft: (input) => dependencies.knex.transaction((trx) => saveIn(trx, dependencies, input)) };
}

async function saveIn(
  trx: Knex,
  dependencies: DraftDependencies,
  { commandId, periodId, draftId }: DraftCommandInput,
): Promise<DraftResult> {
  await lockPeriod(trx, periodId);
  const command = await findQualificationCommand(trx, commandId);
  if (command === undefined) return { kind: 'refused', code: 'draft-not-found' };
  const before = await findStatusOfCommand(trx, commandId);
  if (before === undefined) {
    const request = command.request as StoredSaveRequest;
    const read = await readSaveContext(trx, dependencies, { periodId, draftId, by: command.by });
    if (read === 'unknown-plugin') return { kind: 'refused', code: read };
    if (request.ifVersion !== undefined && read.draft !== null && request.ifVersion !== read.draft.version) {
      return { kind: 'refused', code: 'changed-meanwhile' };
    }
    const decision = decideSave(read.context, withoutLists(request, read.draft));
    const refusal = await storeDecision(trx, read, decision, command);
    if (refusal !== null) return refusal;
  }
  const draft = await findDraft(trx, draftId);
  if (draft === undefined) return { kind: 'refused', code: 'draft-not-found' };
  return { kind: 'done', view: viewOf(draft, dependencies.limits) };
}

/** Without a preview there are no students to hold the lists against: the draft's state is what is wrong. */
function withoutLists(request: StoredSaveRequest, draft: StoredDraft | null): SaveRequest {
  const { ifVersion: _ifVersion, undecided, qualified, ...rest } = request;
  return draft?.state === 'ready' ? { ...rest, undecided, qualified } : rest;
}

/** A refusal is kept beside its command, so that the caller can be told what differs. */
async function storeDecision(
  trx: Knex,
  { context, period, assignments }: ReadSaveContext,
  decision: SaveDecision,
  { commandId, requestId }: QualificationCommand,
): Promise<DraftResult | null> {
  if (decision.kind !== 'saved') {
    await storeOutcome(trx, commandId, decision);
    return { kind: 'refused', code: decision.kind === 'invalid' ? 'bad-request' : decision.code };
  }
  const { status, rows } = decision;
  const qualify = rows.filter(({ qualifies }) => qualifies === true).length;
  const undecided = rows.filter(({ qualifies }) => qualifies === null).length;
  const statusId = await addStatus(trx, {
    periodId: period.periodId,
    status,
    assignments,
    counts: { qualify, undecided, fail: rows.length - qualify - undecided },
    because: 'save',
    requestId,
    commandId,
    dataVersion: period.dataVersion,
  });
  await addStatusRows(trx, statusId, rows);
  await activateStatus(trx, period.periodId, statusId);
  await storeDraftState(trx, context.draft?.draftId ?? '', { state: 'saved', savedSeq: status.seq });
  await storeOutcome(trx, commandId, { kind: 'done', seq: status.seq });
  return null;
}
