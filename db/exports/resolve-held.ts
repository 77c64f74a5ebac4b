import type { Knex } from 'knex';
import type { Resolution, TransmissionState } from '../../domain/exports/transmissions';
import { queryRow, writeRows } from '../core/query';
import { appendAudit, type ChangedBy } from '../requests/audit';

export interface HeldTransmission {
  customerId: string;
  transmissionId: string;
  as: Resolution;
}

/** Null: the customer has no such transmission. Otherwise its state before, and whether it now is as requested. */
export type ResolveResult = { agrees: boolean; state: TransmissionState; resolvedAs: Resolution | null } | null;

interface LockedRow {
  state: TransmissionState;
  resolvedAs: Resolution | null;
  channelId: string;
  exportId: string | null;
}

/**
 * Resolves a held transmission by a person's decision, with an audit row; idempotent. What is under way, or has
 * ended otherwise, stays as it is: a run may have taken it over meanwhile (`takeOver`), whichever of the two came first.
 */
export async function resolveHeld(knex: Knex, held: HeldTransmission, by: ChangedBy): Promise<ResolveResult> {
  const { customerId, transmissionId, as } = held;
  return knex.transaction(async (trx) => {
    const row = await queryRow<LockedRow>(trx, LOCK, { customerId, transmissionId });
    if (!row) return null;
    const { state, resolvedAs, channelId, exportId } = row;
    if (state !== 'held') return { agrees: resolvedAs === as, state, resolvedAs };
    await writeRows(trx, as === 'sent' ? SENT : NOT_SENT, { transmissionId, now: by.at });
    await appendAudit(trx, {
      ...by,
      scope: 'exports:write',
      action: 'transmission.resolved',
      object: `transmission:${transmissionId}`,
      detail: { customerId, channelId, exportId, as },
    });
    return { agrees: true, state, resolvedAs };
  });
}

const LOCK = `
  select t.state, t.resolved_as as "resolvedAs", c.channel_id as "channelId", cast(t.run_id as text) as "exportId"
  from transmissions t join channel_configurations c on c.id = t.configuration_id
  where t.customer_id = :customerId and t.id = :transmissionId for update of t`;

const SAME_TARGET = `o.configuration_id = t.configuration_id and o.enrollment_id = t.enrollment_id and o.kind = t.kind
  and o.course_id = t.course_id and o.subsection_id = t.subsection_id`;

/**
 * As if the channel had confirmed it: earlier accepted ones are no longer current. Where something newer was sent to the
 * target meanwhile that one stays current, or the same content could not be sent again.
 */
const SENT = `
  with resolved as (
    update transmissions t set state = 'sent', is_transmitted = true, resolved_as = 'sent', error_message = '',
      settled_at = :now, is_current = not exists (
        select 1 from transmissions o where ${SAME_TARGET} and o.id > t.id and o.is_current)
    where t.id = :transmissionId
    returning t.*
  )
  update transmissions o set is_current = false from resolved t
  where ${SAME_TARGET} and o.id < t.id and o.is_current and o.state = 'sent'`;

const NOT_SENT = `
  update transmissions set state = 'failed', is_current = false, resolved_as = 'not-sent', error_message = 'not-sent',
    settled_at = :now
  where id = :transmissionId`;
