import type { Knex } from 'knex';
import { emptyTotals, type ExportTotals } from '../../contracts/exports/messages';
import type { Outcome } from '../../domain/exports/model';
import { decodeCursor, type Page, toPage, type PageRequest } from '../core/cursor';
import { queryRows, whereGiven, writeRows } from '../core/query';

/** The outcome of one selected enrollment in one run. */
export interface OutcomeRecord {
  /** Its position in the run's order, counted from 1. */
  sequence: number;
  enrollmentId: string;
  userId: string;
  courseRunId: string;
  outcome: Outcome;
  /** A dry run's payload and difference, a conflict, what was sent under which id; null where there is nothing more. */
  detail: unknown;
}

/**
 * Writes a page's outcomes in one statement. An enrollment has one outcome per run: what was written first stays, so a
 * repeated page changes nothing. @returns how many were new.
 */
export async function writeRecords(knex: Knex, runId: string, records: readonly OutcomeRecord[]): Promise<number> {
  if (records.length === 0) return 0;
  const rows = records.map(({ outcome, ...record }) => ({
    ...record,
    outcome: outcome.kind,
    reason: 'reason' in outcome ? outcome.reason : null,
    retryable: 'retryable' in outcome ? outcome.retryable : null,
  }));
  return writeRows(
    knex,
    `insert into export_records (run_id, sequence, enrollment_id, user_id, course_run_id, outcome, reason, retryable, detail)
     select :runId, r.sequence, r."enrollmentId", r."userId", r."courseRunId", r.outcome, r.reason, r.retryable, r.detail
     from json_to_recordset(cast(:rows as json)) as r(sequence bigint, "enrollmentId" bigint, "userId" text,
       "courseRunId" text, outcome text, reason text, retryable boolean, detail jsonb)
     order by r.sequence
     on conflict (run_id, enrollment_id) do nothing`,
    { runId, rows: JSON.stringify(rows) },
  );
}

/** Counts a run's outcomes anew, by one aggregate. */
export async function runTotals(knex: Knex, runId: string): Promise<ExportTotals> {
  const rows = await queryRows<{ outcome: Outcome['kind']; reason: string | null; n: string }>(
    knex,
    'select outcome, reason, count(*) as n from export_records where run_id = :runId group by outcome, reason order by reason',
    { runId },
  );
  const totals = emptyTotals();
  for (const { outcome, reason, n } of rows) {
    const count = Number(n);
    totals.selected += count;
    if (outcome === 'skipped') totals.skipped[reason ?? ''] = count;
    else totals[outcome] += count;
    if (outcome === 'failed' || outcome === 'quarantined') {
      totals.reasons[reason ?? ''] = (totals.reasons[reason ?? ''] ?? 0) + count;
    }
  }
  return totals;
}

export interface StoredRecord extends Omit<OutcomeRecord, 'outcome'> {
  outcome: Outcome['kind'];
  reason: string | null;
  retryable: boolean | null;
}

export interface RecordFilter {
  outcome?: Outcome['kind'] | undefined;
  userId?: string | undefined;
}

/** A run's records in its order. */
export async function listRecords(
  knex: Knex,
  runId: string,
  filter: RecordFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<StoredRecord>> {
  const after = cursor === undefined ? '0' : (decodeCursor(cursor, [/^\d{1,18}$/])[0] as string);
  const rows = await recordsAfter(knex, runId, filter, after, limit + 1);
  return toPage(rows, limit, ({ sequence }) => [String(sequence)]);
}

/** All records in their order, a thousand at a time, for streams. */
export async function* allRecords(knex: Knex, runId: string, filter: RecordFilter): AsyncGenerator<StoredRecord[]> {
  const AT_ONCE = 1_000;
  let after = '0';
  for (;;) {
    const rows = await recordsAfter(knex, runId, filter, after, AT_ONCE);
    if (rows.length > 0) yield rows;
    if (rows.length < AT_ONCE) return;
    after = String(rows.at(-1)?.sequence);
  }
}

function recordsAfter(
  knex: Knex,
  runId: string,
  filter: RecordFilter,
  after: string,
  limit: number,
): Promise<StoredRecord[]> {
  const values = { runId, after, ...filter };
  const sql = `${SELECT} ${whereGiven(CONDITIONS, values)} order by e.sequence limit :limit`;
  return queryRows(knex, sql, { ...values, limit });
}

const SELECT = `
  select cast(e.sequence as float8) as sequence, cast(e.enrollment_id as text) as "enrollmentId", e.user_id as "userId",
    e.course_run_id as "courseRunId", e.outcome, e.reason, e.retryable, e.detail
  from export_records e`;

const CONDITIONS = {
  runId: 'e.run_id = :runId',
  after: 'e.sequence > :after',
  outcome: 'e.outcome = :outcome',
  userId: `e.enrollment_id in (select n.id from enrollments n join export_runs r on r.customer_id = n.customer_id
    where r.id = :runId and n.user_id = :userId)`,
};
