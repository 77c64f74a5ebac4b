import type { Knex } from 'knex';
import { queryRows, writeRows } from '../core/query';
import { type OutcomeRecord, type StoredRecord, writeRecords } from './records';
import { storeResults, type TransmissionResult } from './transmission-results';

/** What earlier tries of a page have written, and the run's record numbers. */
export interface EarlierRecords {
  /** Of the page's enrollments. */
  records: StoredRecord[];
  /** Numbers of the page's range that are taken, by whichever enrollment. */
  taken: ReadonlySet<number>;
  /** The highest number of the run. */
  last: number;
}

export async function earlierRecords(
  knex: Knex,
  runId: string,
  page: { enrollmentIds: readonly string[]; from: number; to: number },
): Promise<EarlierRecords> {
  const rows = await queryRows<StoredRecord & { last: number }>(
    knex,
    `select cast(r.sequence as float8) as sequence, cast(r.enrollment_id as text) as "enrollmentId",
       r.user_id as "userId", r.course_run_id as "courseRunId", r.outcome, r.reason, r.retryable, null as detail,
       cast(m.last as float8) as last
     from (select max(sequence) as last from export_records where run_id = :runId) m
     left join (
       select * from export_records where run_id = :runId and enrollment_id = any(cast(:ids as bigint[]))
       union
       select * from export_records where run_id = :runId and sequence between :from and :to
     ) r on true`,
    { runId, ids: [...page.enrollmentIds], from: page.from, to: page.to },
  );
  const written = rows.filter(({ sequence }) => sequence !== null);
  const own = new Set(page.enrollmentIds);
  return {
    records: written.filter(({ enrollmentId }) => own.has(enrollmentId)),
    taken: new Set(written.map(({ sequence }) => sequence)),
    last: rows[0]?.last ?? 0,
  };
}

export interface BatchResults {
  customerId: string;
  records: readonly OutcomeRecord[];
  results: readonly TransmissionResult[];
  /** Learners the channel no longer has: their links are ended. */
  goneUserIds: readonly string[];
}

/**
 * Ends a batch: ledger, outcomes and ended links in one transaction, so that every ledger row of this run has
 * its record.
 */
export async function writeBatchResults(knex: Knex, runId: string, batch: BatchResults, now: Date): Promise<void> {
  const { customerId, records, results, goneUserIds } = batch;
  if (results.length === 0 && goneUserIds.length === 0) {
    await writeRecords(knex, runId, records);
    return;
  }
  await knex.transaction(async (trx) => {
    await storeResults(trx, results, now);
    await writeRecords(trx, runId, records);
    const sql = 'update customer_learners set active = false where customer_id = :customerId and user_id = any(:gone)';
    if (goneUserIds.length > 0) await writeRows(trx, sql, { customerId, gone: [...goneUserIds] });
  });
}

/**
 * Gives up to `limit` enrollments of the selection that have no outcome in this run the given one, in the run's order.
 * @returns how many there were; fewer than `limit` = all have one now.
 */
export function failRemaining(
  knex: Knex,
  run: { id: string; customerId: string; userId: string | null; courseRunId: string | null },
  reason: string,
  limit: number,
): Promise<number> {
  return writeRows(
    knex,
    `insert into export_records (run_id, sequence, enrollment_id, user_id, course_run_id, outcome, reason, retryable)
     select :id, coalesce(m.last, 0) + row_number() over (order by r.course_run_id, r.id), r.id, r.user_id,
       r.course_run_id, 'failed', :reason, true
     from (
       select e.id, e.user_id, e.course_run_id
       from enrollments e join customer_learners l using (customer_id, user_id)
       where e.customer_id = :customerId and l.active and l.linked
         and (cast(:userId as text) is null or e.user_id = :userId)
         and (cast(:courseRunId as text) is null or e.course_run_id = :courseRunId)
         and not exists (select 1 from export_records x where x.run_id = :id and x.enrollment_id = e.id)
       order by e.course_run_id, e.id limit :limit
     ) r cross join (select max(sequence) as last from export_records where run_id = :id) m
     on conflict do nothing`,
    { ...run, reason, limit },
  );
}
