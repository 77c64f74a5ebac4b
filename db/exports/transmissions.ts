import type { Knex } from 'knex';
import type { Decimal } from '../../domain/exports/decimal';
import type { ExportLevel } from '../../domain/exports/model';

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
    await trx.raw(RETIRE_ACCEPTED, bindings);
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
  const { rows: inserted } = await knex.raw<{ rows: InsertedEntry[] }>(INSERT, values);
  const reserved = allNew(entries, inserted, values['runId'] as string);
  if (reserved) return reserved;
  const { rows } = await knex.raw<{ rows: FoundEntry[] }>(FIND, values);
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

/** How a transmission ended. `held`: it is unknown whether it arrived, and it is not idempotent. */
export interface TransmissionResult {
  transmissionId: string;
  state: 'sent' | 'failed' | 'quarantined' | 'held';
  /** Empty when accepted; a code or the channel's message without personal data. */
  errorMessage: string;
  statusCode: number | null;
  /** A summary of the answer, bounded by the channel. */
  response: unknown;
}

/**
 * Ends the tries of a batch, in one statement. Only what is under way or held is changed, so a second call changes nothing.
 * What was accepted becomes the target's current one: earlier ones of other content no longer are.
 * @returns how many were ended by this call.
 */
export async function storeResults(knex: Knex, results: readonly TransmissionResult[], now: Date): Promise<number> {
  if (results.length === 0) return 0;
  const { rows } = await knex.raw<{ rows: { settled: string }[] }>(STORE_RESULTS, {
    results: JSON.stringify(results),
    now,
  });
  return Number(rows[0]?.settled);
}

const STORE_RESULTS = `
  with settled as (
    update transmissions t set state = s.state, is_current = s.state in ('sent', 'held'),
      is_transmitted = s.state = 'sent', error_message = s."errorMessage", status_code = s."statusCode",
      response = s.response, settled_at = :now
    from json_to_recordset(cast(:results as json)) as s("transmissionId" bigint, state text, "errorMessage" text,
      "statusCode" integer, response jsonb)
    where t.id = s."transmissionId" and t.state in ('sending', 'held')
    returning t.id, t.state, t.configuration_id, t.enrollment_id, t.kind, t.course_id, t.subsection_id
  ), ended as (
    update transmissions o set is_current = false from settled n
    where n.state = 'sent' and o.configuration_id = n.configuration_id and o.enrollment_id = n.enrollment_id
      and o.kind = n.kind and o.course_id = n.course_id and o.subsection_id = n.subsection_id
      and o.id < n.id and o.is_current and o.state = 'sent'
  )
  select count(*) as settled from settled`;

/** A transmission that may or may not have been sent: the process died before it knew. */
export interface InDoubtTransmission {
  transmissionId: string;
  enrollmentId: string;
  courseId: string;
  subsectionId: string | null;
  payload: unknown;
}

/** A run's entries that are still `sending`, in their order. Read at the start of a run's next try. */
export async function findInDoubt(knex: Knex, runId: string, limit = 1_000): Promise<InDoubtTransmission[]> {
  const { rows } = await knex.raw<{ rows: InDoubtTransmission[] }>(
    `select cast(id as text) as "transmissionId", cast(enrollment_id as text) as "enrollmentId",
       course_id as "courseId", nullif(subsection_id, '') as "subsectionId", payload
     from transmissions where run_id = ? and state = 'sending' order by id limit ?`,
    [runId, limit],
  );
  return rows;
}

/**
 * Makes what a run that ended left `sending` (or held) this run's own, so that it can be sent again or held under it.
 * Rows of a run still going on are left to it. @returns the ids taken over.
 */
export async function takeOver(knex: Knex, runId: string, transmissionIds: readonly string[]): Promise<string[]> {
  const { rows } = await knex.raw<{ rows: { id: string }[] }>(
    `update transmissions t set run_id = :runId, state = 'sending'
     where t.id = any(cast(:ids as bigint[])) and t.state in ('sending', 'held') and not exists (
       select 1 from export_runs o where o.id = t.run_id and o.id <> :runId and o.status in ('queued', 'running', 'paused'))
     returning cast(t.id as text) as id`,
    { runId, ids: [...transmissionIds] },
  );
  return rows.map(({ id }) => id);
}
