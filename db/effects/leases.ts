import type { Knex } from 'knex';
import { queryRow } from '../core/query';
import { EFFECT_FIELDS, NEWER_EFFECT, stateOf, type StoredEffect } from './effects';

export type EffectLease =
  | { state: 'claimed'; effect: StoredEffect }
  /** `busy`: leased by another caller; `waiting`: an earlier effect on the same target comes first. */
  | { state: 'busy' | 'waiting'; retryInMs: number }
  | { state: 'failed'; name: string; lastError: string | null }
  | { state: 'done' | 'superseded' | 'skipped' | 'missing' };

/** Shortest and longest pause suggested before the next look. */
const RETRY_MS = { least: 50, unclear: 200 };

/**
 * Leases an effect for `leaseMs`, if it is its turn and it has no lease. One atomic statement: of many callers one
 * succeeds. An expired lease can be taken over, as its holder may have died; the receiver knows the key.
 */
export async function leaseEffect(knex: Knex, effectId: string, leaseMs: number): Promise<EffectLease> {
  const effect = await queryRow<StoredEffect>(knex, LEASE, { effectId, leaseMs });
  if (effect?.state === 'in_flight') return { state: 'claimed', effect };
  return effect ? { state: 'superseded' } : leaseRefusalOf(knex, effectId);
}

const LEASE = `
  update effects e set
    state = case when exists (${NEWER_EFFECT}) then 'superseded' else 'in_flight' end,
    tries = e.tries + case when exists (${NEWER_EFFECT}) then 0 else 1 end,
    done_at = case when exists (${NEWER_EFFECT}) then clock_timestamp() end,
    lease_until = clock_timestamp() + make_interval(secs => cast(:leaseMs as float8) / 1000),
    touched_at = clock_timestamp()
  where e.id = :effectId
    and (e.state = 'due' or (e.state = 'in_flight' and e.lease_until < clock_timestamp()))
    and not exists (select 1 from effects b
      where b.target = e.target and b.id < e.id and ${stateOf('b')} in ('due', 'in_flight'))
  returning ${EFFECT_FIELDS}`;

async function leaseRefusalOf(knex: Knex, effectId: string): Promise<EffectLease> {
  type Row = { state: string; name: string; lastError: string | null; waiting: boolean; leftMs: number };
  const row = await queryRow<Row>(knex, LEASE_REFUSAL, { effectId });
  if (!row) return { state: 'missing' };
  if (row.state === 'failed') return { state: 'failed', name: row.name, lastError: row.lastError };
  if (row.state !== 'due' && row.state !== 'in_flight') return { state: row.state } as EffectLease;
  const retryInMs = row.leftMs > 0 ? Math.max(Math.ceil(row.leftMs), RETRY_MS.least) : RETRY_MS.unclear;
  return { state: row.waiting ? 'waiting' : 'busy', retryInMs };
}

/** How long the holder's lease goes on: the effect's own, or that of the effect it waits for. */
const LEASE_REFUSAL = `
  select e.state, e.name, e.last_error as "lastError", b.id is not null as waiting, coalesce(extract(epoch from
    case when b.id is null then e.lease_until else b.lease_until end - clock_timestamp()) * 1000, 0)::float8 as "leftMs"
  from effects e
  left join lateral (select p.id, case when p.state = 'in_flight' then p.lease_until end as lease_until from effects p
    where p.target = e.target and p.id < e.id and ${stateOf('p')} in ('due', 'in_flight') order by p.id limit 1) b on true
  where e.id = :effectId`;
