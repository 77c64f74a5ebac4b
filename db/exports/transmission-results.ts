import type { Knex } from 'knex';
import { queryRow, queryRows, writeRows } from '../core/query';

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
  const values = { results: JSON.stringify(results), now };
  return Number((await queryRow<{ settled: string }>(knex, STORE_RESULTS, values))?.settled);
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

/** Holds what a run left `sending` at its end: it is unknown whether it was sent. @returns how many. */
export function holdLeftovers(knex: Knex, runId: string, now: Date): Promise<number> {
  return writeRows(
    knex,
    `update transmissions set state = 'held', error_message = 'in-doubt', settled_at = :now
     where run_id = :runId and state = 'sending'`,
    { runId, now },
  );
}

/**
 * Makes what a run that ended left `sending` (or held) this run's own, so that it can be sent again or held under it.
 * Rows of a run still going on are left to it. @returns the ids taken over.
 */
export async function takeOver(knex: Knex, runId: string, transmissionIds: readonly string[]): Promise<string[]> {
  const rows = await queryRows<{ id: string }>(
    knex,
    `update transmissions t set run_id = :runId, state = 'sending'
     where t.id = any(cast(:ids as bigint[])) and t.state in ('sending', 'held') and not exists (
       select 1 from export_runs o where o.id = t.run_id and o.id <> :runId and o.status in ('queued', 'running', 'paused'))
     returning cast(t.id as text) as id`,
    { runId, ids: [...transmissionIds] },
  );
  return rows.map(({ id }) => id);
}
