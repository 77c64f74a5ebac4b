import type { Knex } from 'knex';
import type { Decimal } from '../../domain/exports/decimal';
import type { ExportLevel } from '../../domain/exports/model';
import { queryRows, writeRows } from '../core/query';

/** A record about to be sent to a channel. Of equal target and content there is one, whichever run reserves it. */
export interface NewLedgerEntry {
  enrollmentId: string;
  userId: string;
  courseId: string;
  /** Null for completions. */
  subsectionId: string | null;
  /** Of what will be sent to the channel, without what changes at every try. */
  contentHash: string;
  grade: string | null;
  percent: Decimal | null;
  courseCompleted: boolean | null;
  completedAt: Date | null;
  /** The payload as sent, for the next dry run's difference. */
  payload: unknown;
}

export interface LedgerBatch {
  customerId: string;
  configurationId: string;
  runId: string;
  level: ExportLevel;
  /** True: what was accepted before is sent again (`skipTransmitted: false`). */
  resend: boolean;
  now: Date;
  entries: readonly NewLedgerEntry[];
}

/**
 * A reserved entry. `new`: send it. Otherwise it exists: `sending` by the same run = reserved before a crash
 * and in doubt, by another run = that run's; `held` = an operator has to resolve it; `sent` by the same run = done.
 */
export interface ReservedEntry {
  transmissionId: string;
  state: 'new' | 'sending' | 'held' | 'sent';
  runId: string | null;
}

const RECORDSET = `json_to_recordset(cast(:entries as json)) as r(n integer, "enrollmentId" bigint, "userId" text,
  "courseId" text, "subsectionId" text, "contentHash" text, grade text, percent numeric, "courseCompleted" boolean,
  "completedAt" timestamptz, payload jsonb)`;

const SAME = `t.configuration_id = :configurationId and t.enrollment_id = r."enrollmentId" and t.kind = :level
  and t.course_id = r."courseId" and t.subsection_id = coalesce(r."subsectionId", '') and t.content_hash = r."contentHash"`;

/**
 * Reserves a batch before it is sent: missing rows are inserted as `sending`, in one statement; of concurrent runs
 * one gets `new`. Called again after a crash it returns which rows are in doubt. Results are in the entries' order.
 */
export async function reserveBatch(knex: Knex, batch: LedgerBatch): Promise<ReservedEntry[]> {
  if (batch.entries.length === 0) return [];
  const { customerId, configurationId, runId, level, now, entries } = batch;
  const values = { customerId, configurationId, runId, level, now };
  const bindings = { ...values, entries: JSON.stringify(entries.map((entry, n) => ({ n, ...entry }))) };
  if (!batch.resend) return reserveIn(knex, entries, bindings);
  return knex.transaction(async (trx) => {
    await writeRows(trx, RETIRE_ACCEPTED, bindings);
    return reserveIn(trx, entries, bindings);
  });
}

interface FoundEntry {
  /** Null when the conflicting row has just failed elsewhere. */
  id: string | null;
  state: 'sending' | 'held' | 'sent';
  runId: string | null;
}

/** One statement without conflicts, which is nearly always. */
async function reserveIn(
  knex: Knex,
  entries: readonly NewLedgerEntry[],
  values: Record<string, Knex.Value>,
  triesLeft = 3,
): Promise<ReservedEntry[]> {
  const inserted = await queryRows<InsertedEntry>(knex, INSERT, values);
  const reserved = allNew(entries, inserted, values['runId'] as string);
  if (reserved) return reserved;
  const rows = await queryRows<FoundEntry>(knex, FIND, values);
  const found = rows.filter((row): row is FoundEntry & { id: string } => row.id !== null);
  const own = new Set(inserted.map(({ id }) => id));
  if (found.length === rows.length) return toReservedEntries(found, own);
  if (triesLeft === 0) throw new Error('A batch of ledger entries cannot be reserved');
  const retried = await reserveIn(knex, entries, values, triesLeft - 1);
  return retried.map((entry) => (own.has(entry.transmissionId) ? { ...entry, state: 'new' } : entry));
}

type InsertedEntry = Pick<NewLedgerEntry, 'enrollmentId' | 'courseId' | 'subsectionId' | 'contentHash'> & {
  id: string;
};

/** Null when some conflicted. */
function allNew(
  entries: readonly NewLedgerEntry[],
  inserted: readonly InsertedEntry[],
  runId: string,
): ReservedEntry[] | null {
  if (inserted.length < entries.length) return null;
  const ids = new Map(inserted.map((row) => [entryKeyOf(row), row.id]));
  return entries.map((entry) => ({ transmissionId: ids.get(entryKeyOf(entry)) as string, state: 'new', runId }));
}

function entryKeyOf({ enrollmentId, courseId, subsectionId, contentHash }: Omit<InsertedEntry, 'id'>): string {
  return JSON.stringify([enrollmentId, courseId, subsectionId ?? '', contentHash]);
}

/** The first of equal entries in one batch is the new one; the others see it as `sending`. */
function toReservedEntries(rows: (FoundEntry & { id: string })[], inserted: Set<string>): ReservedEntry[] {
  return rows.map(({ id, state, runId }) => ({
    transmissionId: id,
    state: inserted.delete(id) ? 'new' : state,
    runId,
  }));
}

/** What this run has sent itself stays: a repeated reservation must not send it twice. */
const RETIRE_ACCEPTED = `
  update transmissions t set is_current = false from ${RECORDSET}
  where ${SAME} and t.is_current and t.state = 'sent' and t.run_id is distinct from :runId`;

const INSERT = `
  insert into transmissions (customer_id, configuration_id, enrollment_id, user_id, kind, course_id, subsection_id,
    content_hash, state, is_current, grade, percent, course_completed, completed_at, payload, run_id, claimed_at)
  select :customerId, :configurationId, r."enrollmentId", r."userId", :level, r."courseId",
    coalesce(r."subsectionId", ''), r."contentHash", 'sending', true, r.grade, r.percent, r."courseCompleted",
    r."completedAt", r.payload, :runId, :now
  from ${RECORDSET}
  order by r."enrollmentId", r."courseId", r."subsectionId", r."contentHash"
  on conflict (configuration_id, enrollment_id, kind, course_id, subsection_id, content_hash) where is_current do nothing
  returning cast(id as text) as id, cast(enrollment_id as text) as "enrollmentId", course_id as "courseId",
    subsection_id as "subsectionId", content_hash as "contentHash"`;

const FIND = `
  select cast(t.id as text) as id, t.state, cast(t.run_id as text) as "runId"
  from ${RECORDSET} left join transmissions t on ${SAME} and t.is_current
  order by r.n`;
