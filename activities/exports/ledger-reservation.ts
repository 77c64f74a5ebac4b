import type { Knex } from 'knex';
import type { ExportRun } from '../../db/exports/runs';
import { takeOver } from '../../db/exports/transmission-results';
import { reserveBatch, type ReservedEntry } from '../../db/exports/transmissions';
import type { OpenChannel } from './channel-pool';
import { type OutgoingRecord, type SendResult, toSendResult } from './outgoing-record';
import type { PendingTransmission } from './retry-decision';
import { ELSEWHERE, HELD, heldResult } from './transmission-results';

interface ReservationContext {
  knex: Knex;
  run: ExportRun;
  open: OpenChannel;
  /** Whether what may have arrived may be sent once more. */
  mayRepeat: boolean;
}

/** Makes a batch's ledger entries. @returns in order what is to be sent, and the results of the others */
export async function reserveInLedger(
  context: ReservationContext,
  batch: readonly OutgoingRecord[],
): Promise<(PendingTransmission | SendResult)[]> {
  const { knex, run } = context;
  const found = await reserveBatch(knex, {
    customerId: run.customerId,
    configurationId: run.configurationId,
    runId: run.id,
    level: run.level,
    resend: !run.skipTransmitted,
    now: new Date(),
    entries: batch,
  });
  const ours = await takeOverOthers(context, found);
  return batch.map((outgoing, at) => {
    const entry = found[at];
    if (!entry) throw new Error('A ledger entry has no answer');
    return resultOfEntry(context, entry, ours) ?? toPending(context, entry, outgoing);
  });
}

/** Held rows and those of a run that ended are only changed where a repeat is harmless or wanted. */
async function takeOverOthers(
  { knex, run, mayRepeat }: ReservationContext,
  found: readonly ReservedEntry[],
): Promise<ReadonlySet<string>> {
  const others = found.filter(({ state, runId }) => state === 'held' || (state === 'sending' && runId !== run.id));
  if (others.length === 0 || !mayRepeat) return new Set();
  const ids = others.map(({ transmissionId }) => transmissionId);
  return new Set(await takeOver(knex, run.id, ids));
}

/** Null: it is to be sent. */
function resultOfEntry(
  { run, mayRepeat }: ReservationContext,
  { transmissionId, state, runId }: ReservedEntry,
  ours: ReadonlySet<string>,
): SendResult | null {
  if (state === 'new') return null;
  const isOwn = runId === run.id;
  if (state === 'sent') return toSendResult({ kind: isOwn ? 'sent' : 'unchanged' });
  if (!(isOwn && state === 'sending') && !ours.has(transmissionId))
    return toSendResult(state === 'held' ? HELD : ELSEWHERE);
  return mayRepeat ? null : heldResult(transmissionId);
}

/** The key identifies this try's content for ever: a later transmission of the same content gets another one. */
function toPending(
  { open }: ReservationContext,
  { transmissionId }: ReservedEntry,
  { enrollmentId, contentHash, payload }: OutgoingRecord,
): PendingTransmission {
  const { customerId, channelId } = open.stored;
  const key = [customerId, channelId, enrollmentId, contentHash, transmissionId].join('/');
  return { transmissionId, key, payload, tries: 0, since: Date.now() };
}
