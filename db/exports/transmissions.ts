import type { Knex } from 'knex';
import type { Decimal } from '../../domain/exports/decimal';
import type { ExportLevel } from '../../domain/exports/model';

/** One thing about to be told to a channel. Of equal target and content there is one, whoever claims it. */
export interface Claim {
  enrollmentId: string;
  userId: string;
  courseId: string;
  /** Null for completions. */
  subsectionId: string | null;
  /** Of what the channel will be told, without what changes at every try. */
  contentHash: string;
  grade: string | null;
  percent: Decimal | null;
  courseCompleted: boolean | null;
  completedAt: Date | null;
  /** What goes out, kept for the next dry run's difference. */
  payload: unknown;
}

export interface ClaimBatch {
  customerId: string;
  configurationId: string;
  runId: string;
  level: ExportLevel;
  /** True: what was accepted before is told again (`skipTransmitted: false`). */
  again: boolean;
  now: Date;
  claims: readonly Claim[];
}

/**
 * What became of a claim. `new`: send it. Otherwise it exists: `sending` by the same run = it was claimed before a crash
 * and is in doubt, by another run = that run's; `held` = an operator has to say; `sent` by the same run = done already.
 */
export interface Claimed {
  transmissionId: string;
  state: 'new' | 'sending' | 'held' | 'sent';
  runId: string | null;
}

const RECORDSET = `json_to_recordset(cast(:claims as json)) as r(n integer, "enrollmentId" bigint, "userId" text,
  "courseId" text, "subsectionId" text, "contentHash" text, grade text, percent numeric, "courseCompleted" boolean,
  "completedAt" timestamptz, payload jsonb)`;

const SAME = `t.configuration_id = :configurationId and t.enrollment_id = r."enrollmentId" and t.kind = :level
  and t.course_id = r."courseId" and t.subsection_id = coalesce(r."subsectionId", '') and t.content_hash = r."contentHash"`;

/**
 * Claims a batch before it leaves: rows that did not exist are inserted `sending`, in one statement; of claims made at once
 * by several one is `new`. Called again after a crash it tells which rows are in doubt. Answers stand in the claims' order.
 */
export async function claimBatch(knex: Knex, batch: ClaimBatch): Promise<Claimed[]> {
  if (batch.claims.length === 0) return [];
  const { customerId, configurationId, runId, level, now, claims } = batch;
  const values = { customerId, configurationId, runId, level, now };
  const given = { ...values, claims: JSON.stringify(claims.map((claim, n) => ({ n, ...claim }))) };
  if (!batch.again) return claimIn(knex, claims, given);
  return knex.transaction(async (trx) => {
    await trx.raw(END_TURN_OF_ACCEPTED, given);
    return claimIn(trx, claims, given);
  });
}

interface FoundClaim {
  /** Null when the row that was in the way has just failed elsewhere. */
  id: string | null;
  state: 'sending' | 'held' | 'sent';
  runId: string | null;
}

/** One statement where nothing is in the way, which is nearly always. */
async function claimIn(
  knex: Knex,
  claims: readonly Claim[],
  values: Record<string, Knex.Value>,
  triesLeft = 3,
): Promise<Claimed[]> {
  const { rows: inserted } = await knex.raw<{ rows: InsertedClaim[] }>(INSERT, values);
  const fresh = allNew(claims, inserted, values['runId'] as string);
  if (fresh) return fresh;
  const { rows } = await knex.raw<{ rows: FoundClaim[] }>(FIND, values);
  const found = rows.filter((row): row is FoundClaim & { id: string } => row.id !== null);
  const own = new Set(inserted.map(({ id }) => id));
  if (found.length === rows.length) return claimedOf(found, own);
  if (triesLeft === 0) throw new Error('A batch of claims does not come to rest');
  const again = await claimIn(knex, claims, values, triesLeft - 1);
  return again.map((claim) => (own.has(claim.transmissionId) ? { ...claim, state: 'new' } : claim));
}

type InsertedClaim = Pick<Claim, 'enrollmentId' | 'courseId' | 'subsectionId' | 'contentHash'> & { id: string };

/** Null when some were in the way. */
function allNew(claims: readonly Claim[], inserted: readonly InsertedClaim[], runId: string): Claimed[] | null {
  if (inserted.length < claims.length) return null;
  const ids = new Map(inserted.map((row) => [targetOf(row), row.id]));
  return claims.map((claim) => ({ transmissionId: ids.get(targetOf(claim)) as string, state: 'new', runId }));
}

function targetOf({ enrollmentId, courseId, subsectionId, contentHash }: Omit<InsertedClaim, 'id'>): string {
  return JSON.stringify([enrollmentId, courseId, subsectionId ?? '', contentHash]);
}

/** The first of equal claims in one batch is the new one; the others see it under way. */
function claimedOf(rows: (FoundClaim & { id: string })[], inserted: Set<string>): Claimed[] {
  return rows.map(({ id, state, runId }) => ({
    transmissionId: id,
    state: inserted.delete(id) ? 'new' : state,
    runId,
  }));
}

/** What this run has sent itself stays: a repeated claim must not send it twice. */
const END_TURN_OF_ACCEPTED = `
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

/** How a claimed transmission ended. `held`: nobody knows whether it arrived, and it is not idempotent. */
export interface Settlement {
  transmissionId: string;
  state: 'sent' | 'failed' | 'quarantined' | 'held';
  /** Empty when accepted; a code or the channel's own words without personal data. */
  errorMessage: string;
  statusCode: number | null;
  /** A summary of the answer, bounded by the channel. */
  response: unknown;
}

/**
 * Ends the tries of a batch, in one statement. Only what is under way or held is changed, so a second call changes nothing.
 * What was accepted is the newest its target was told: older acceptances of other content end their turn.
 * @returns how many were ended by this call.
 */
export async function settleBatch(knex: Knex, settlements: readonly Settlement[], now: Date): Promise<number> {
  if (settlements.length === 0) return 0;
  const { rows } = await knex.raw<{ rows: { settled: string }[] }>(SETTLE, {
    settlements: JSON.stringify(settlements),
    now,
  });
  return Number(rows[0]?.settled);
}

const SETTLE = `
  with settled as (
    update transmissions t set state = s.state, is_current = s.state in ('sent', 'held'),
      is_transmitted = s.state = 'sent', error_message = s."errorMessage", status_code = s."statusCode",
      response = s.response, settled_at = :now
    from json_to_recordset(cast(:settlements as json)) as s("transmissionId" bigint, state text, "errorMessage" text,
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

/** A transmission that left, or not: the process that claimed it died before it knew. */
export interface InDoubt {
  transmissionId: string;
  enrollmentId: string;
  courseId: string;
  subsectionId: string | null;
  payload: unknown;
}

/** What a run claimed and nobody settled, in the order of its claims. Asked at the start of a run's next try. */
export async function inDoubt(knex: Knex, runId: string, limit = 1_000): Promise<InDoubt[]> {
  const { rows } = await knex.raw<{ rows: InDoubt[] }>(
    `select cast(id as text) as "transmissionId", cast(enrollment_id as text) as "enrollmentId",
       course_id as "courseId", nullif(subsection_id, '') as "subsectionId", payload
     from transmissions where run_id = ? and state = 'sending' order by id limit ?`,
    [runId, limit],
  );
  return rows;
}

/**
 * Makes what a run that ended left `sending` (or held) this run's own, so that it can be sent again or held under it.
 * Rows of a run still going on are left to it. @returns the ids that changed hands.
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
