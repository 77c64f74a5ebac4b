import type { Knex } from 'knex';
import { appendReason } from '../attempts/attention';
import { defineStatement, runStatement } from '../core/batch';
import { type EffectState, MARKED_FAILED, NEWER_EFFECT, stateOf } from './effects';

export interface EffectResult {
  /** `retry`: it did not succeed, and is due again. */
  state: 'done' | 'skipped' | 'failed' | 'retry';
  detail?: string;
  /** For operators: no names or addresses. */
  error?: string;
  /** When the next try is expected; until then (and a while longer) the relay leaves the effect to its owner. */
  retryInMs?: number;
}

/**
 * Ends the tries of leased effects, in one statement. A retry is superseded instead when a newer effect sets the same thing.
 * A failure marks its attempt for attention; the mark goes when no failed effect of the attempt is left.
 * @returns the state each has now, by id; none for one that was not in flight (another holder ended it).
 */
export async function finishEffects(
  knex: Knex,
  outcomes: readonly (EffectResult & { effectId: string })[],
): Promise<Map<string, EffectState>> {
  if (outcomes.length === 0) return new Map();
  const ids = outcomes.map(({ effectId }) => effectId);
  const values = { outcomes: JSON.stringify(outcomes), ids: `{${ids.join()}}` };
  const rows = await runStatement<{ id: string; state: EffectState }>(knex, { statement: FINISH, values });
  return new Map(rows.map(({ id, state }) => [id, state]));
}

const FINISH = defineStatement(
  'finish_effects',
  `with outcome as (
    select * from jsonb_to_recordset(cast(:outcomes as jsonb)) as o("effectId" bigint, state text, detail text, error text, "retryInMs" float8)
  ), finished as (
    update effects e set
      state = case when o.state <> 'retry' then o.state when exists (${NEWER_EFFECT}) then 'superseded' else 'due' end,
      detail = coalesce(o.detail, e.detail),
      last_error = coalesce(o.error, e.last_error),
      lease_until = case when o.state = 'retry' then clock_timestamp() + make_interval(secs => o."retryInMs" / 1000) end,
      done_at = case when o.state = 'retry' and not exists (${NEWER_EFFECT}) then null else clock_timestamp() end,
      touched_at = clock_timestamp()
    from outcome o
    where e.id = o."effectId" and e.id = any(cast(:ids as bigint[])) and ${stateOf('e')} = 'in_flight'
    returning e.id, e.attempt_id, e.state
  ), marked as (
    update attempts a set attention_reasons = ${appendReason(`'effect-failed'`)}
    where a.id = any(array(select attempt_id from finished where state = 'failed'))
  ), relieved as (
    update attempts a set attention_reasons = array_remove(a.attention_reasons, 'effect-failed')
    where a.id = any(array(select attempt_id from finished))
      and ${MARKED_FAILED}
      and a.id not in (select attempt_id from finished where state = 'failed')
      and not exists (select 1 from effects f where f.attempt_id = a.id and ${stateOf('f')} = 'failed')
  )
  select id, state from finished`,
);
