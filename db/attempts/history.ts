import type { Knex } from 'knex';
import type { AttemptView } from '../../contracts/attempts/messages';
import { queryRows } from '../core/query';
import { type AttemptJsonRow, SELECT_ARCHIVED, toLocatedAttempt } from './find';

/** An archived row as it was, with the learner's name of the time, and the change that ended it. */
export interface HistoryEntry extends ChangeOrigin {
  attempt: AttemptView;
  fullName: string;
  archivedBecause: 'status-changed' | 'removed';
  archivedAt: string;
  /** Of the attempt after that change. */
  version: number;
}

/** Who made a change, why, and by which request. */
export interface ChangeOrigin {
  by: string;
  because: string;
  reason: string | null;
  requestId: string | null;
}

/** The past of an attempt, newest first. */
export async function attemptHistory(knex: Knex, attemptId: string): Promise<HistoryEntry[]> {
  type Row = AttemptJsonRow & ChangeOrigin & { fullName: string; archivedAt: Date; version: number };
  const sql = `${SELECT_ARCHIVED.replace('select', HISTORY_FIELDS)} ${CHANGED_BY} where a.attempt_id = :attemptId order by a.id desc`;
  const rows = await queryRows<Row>(knex, sql, { attemptId });
  return rows.map(({ fullName, archivedAt, version, by, because, reason, requestId, ...row }) => ({
    attempt: toLocatedAttempt(row, archivedAt).view,
    fullName,
    archivedBecause: row.archived ?? 'status-changed',
    archivedAt: archivedAt.toISOString(),
    version,
    by,
    because,
    reason,
    requestId,
  }));
}

const HISTORY_FIELDS = `select a.student_name as "fullName", a.archived_at as "archivedAt", a.version + 1 as version,
  coalesce(k."by", 'unknown') as "by", coalesce(k.because, 'unknown') as because, k.reason, k.request_id as "requestId",`;

/** The command that made the next version of an archived row (`a`). */
const CHANGED_BY = `left join lateral (select k."by", k.because, k.reason, k.request_id from commands k
  where k.attempt_id = a.attempt_id and k.version = a.version + 1 and k.state = 'applied' order by k.at limit 1) k on true`;
