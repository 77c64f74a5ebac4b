import { createHash } from 'node:crypto';
import type { Json, MapContext } from '../../clients/channels/channel';
import type { TransmissionResult } from '../../db/exports/transmission-results';
import type { NewLedgerEntry } from '../../db/exports/transmissions';
import { type Difference } from '../../domain/exports/difference';
import type { ExportRecord, Outcome } from '../../domain/exports/model';
import { transmittedGrade } from '../../domain/exports/transmissions';
import type { OpenChannel } from './channel-pool';
import { redactRecord } from './redact-record';

/** One record to be sent, as the ledger will have it. Its payload is what a dry run shows and what leaves. */
export type OutgoingRecord = NewLedgerEntry & { payload: Json };

/** How one record ended, with what the ledger will store of it. */
export interface SendResult {
  outcome: Outcome;
  /** The channel's answer; null without one. */
  status: number | null;
  transmissionResult: TransmissionResult | null;
  /** Whether another id of the course may be tried. */
  mayTryOther: boolean;
  /** The channel says that it no longer has the learner. */
  learnerGone: boolean;
  /** Of a dry run. */
  dryRunDetail?: { payload: Json; difference: Difference[] | 'first' };
}

/** Sends records, or compares them in a dry run. `null`: interrupted before it was sent. */
export interface RecordSender {
  send(outgoing: OutgoingRecord): Promise<SendResult | null>;
  /** No more will come: the incomplete batch is sent. */
  flush(): void;
}

export function toSendResult(outcome: Outcome, transmissionResult: TransmissionResult | null = null): SendResult {
  return { outcome, transmissionResult, status: null, mayTryOther: false, learnerGone: false };
}

/** The outgoing record, or its result where the channel cannot express it. The one place that maps records. */
export function toOutgoingRecord(
  { stored, channel }: OpenChannel,
  record: ExportRecord,
  context: MapContext,
): OutgoingRecord | SendResult {
  const mapped = channel === null ? { payload: redactRecord(record) as unknown as Json } : channel.map(record, context);
  if ('cannot' in mapped) {
    const { cannot } = mapped;
    if (cannot === 'level-not-supported') return toSendResult({ kind: 'quarantined', reason: cannot });
    return toSendResult({ kind: 'skipped', reason: cannot });
  }
  const { payload } = mapped;
  if (!isStorable(payload)) return toSendResult({ kind: 'quarantined', reason: 'unusable-text' });
  const { enrollmentId, userId, courseId, percent } = record;
  const completion = record.kind === 'completion' ? record : null;
  return {
    enrollmentId,
    userId,
    courseId,
    percent,
    payload,
    subsectionId: record.kind === 'assessment' ? record.subsectionId : null,
    grade: transmittedGrade(stored.kind, record),
    courseCompleted: completion?.courseCompleted ?? null,
    completedAt: completion?.completedAt ?? null,
    contentHash: contentHash(record),
  };
}

/**
 * Hashes what is sent of an enrollment without its date: of a course passed before its end that is the run's date, and
 * the next run must recognise what this one left in doubt.
 */
function contentHash(record: ExportRecord): string {
  const { percent } = record;
  const content =
    record.kind === 'completion'
      ? [record.grade, percent, record.isPassing, record.courseCompleted]
      : [percent, record.pointsEarned, record.pointsPossible];
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22);
}

/** Postgres stores no NUL and no lone surrogate in JSON: such a record must not fail its batch. */
function isStorable(payload: Json): boolean {
  return !/\\u(0000|d[89a-f][0-9a-f]{2})/i.test(JSON.stringify(payload));
}
