import { createHash } from 'node:crypto';
import type { Json, MapContext } from '../../clients/channels/channel';
import type { OpenChannel } from './channel-pool';
import type { Claim, Settlement } from '../../db/exports/transmissions';
import { type Difference } from '../../domain/exports/difference';
import type { ExportRecord, Outcome } from '../../domain/exports/model';
import { gradeSent } from '../../domain/exports/transmitted';
import { shownRecord } from './shown-record';

/** One record on its way out. */
export interface Parcel {
  record: ExportRecord;
  context: MapContext;
  payload: Json;
  claim: Claim;
}

/** How one record ended, with what the ledger is to be told of it. */
export interface Delivered {
  outcome: Outcome;
  /** The channel's answer; null without one. */
  status: number | null;
  settlement: Settlement | null;
  /** Whether another id of the course may be tried. */
  mayTryOther: boolean;
  /** The channel says that it no longer has the learner. */
  learnerGone: boolean;
  /** Of a rehearsal. */
  rehearsal?: { payload: Json; difference: Difference[] | 'first' };
}

/** Sends parcels, or rehearses it. `null`: interrupted before it left. */
export interface Delivery {
  send(parcel: Parcel): Promise<Delivered | null>;
  /** No more will come: what waits for company leaves. */
  hurry(): void;
}

export function ended(outcome: Outcome, settlement: Settlement | null = null): Delivered {
  return { outcome, settlement, status: null, mayTryOther: false, learnerGone: false };
}

/** The parcel of a record, or what becomes of it where the channel has no words for it. */
export function parcelOf(
  { stored, channel }: OpenChannel,
  record: ExportRecord,
  context: MapContext,
): Parcel | Delivered {
  const mapped = channel === null ? { payload: shownRecord(record) as unknown as Json } : channel.map(record, context);
  if ('cannot' in mapped) {
    const { cannot } = mapped;
    if (cannot === 'level-not-supported') return ended({ kind: 'quarantined', reason: cannot });
    return ended({ kind: 'skipped', reason: cannot });
  }
  const { payload } = mapped;
  if (!isStorable(payload)) return ended({ kind: 'quarantined', reason: 'unusable-text' });
  const { enrollmentId, userId, courseId, percent } = record;
  const completion = record.kind === 'completion' ? record : null;
  return {
    ...{ record, context, payload },
    claim: {
      ...{ enrollmentId, userId, courseId, percent, payload },
      subsectionId: record.kind === 'assessment' ? record.subsectionId : null,
      grade: gradeSent(stored.kind, record),
      courseCompleted: completion?.courseCompleted ?? null,
      completedAt: completion?.completedAt ?? null,
      contentHash: contentHash(record),
    },
  };
}

/**
 * Names what is told of an enrollment, without its date: of a course passed before its end the date is that of the run, and
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

/** Postgres keeps no NUL and no half of a character pair in JSON: such a record must not spoil its batch. */
function isStorable(payload: Json): boolean {
  return !/\\u(0000|d[89a-f][0-9a-f]{2})/i.test(JSON.stringify(payload));
}
