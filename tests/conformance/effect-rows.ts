import type { Knex } from 'knex';
import type { EffectAction } from '../../domain/attempts/effects';
import type { GoldenEffect } from '../golden/cases';
import { PROVIDER_CALLS } from '../golden/effect-view';
import { backendOf } from '../support/recorded-providers';

interface EffectRow {
  id: number;
  course_id: string;
  action: EffectAction;
  state: string;
  last_error: string | null;
}

/** The newest effect of the course; later ones have larger ids. */
export async function newestEffect(knex: Knex, courseId: string): Promise<number> {
  const row = await knex<EffectRow>('effects').where('course_id', courseId).orderBy('id', 'desc').first('id');
  return Number(row?.id ?? 0);
}

/**
 * Effects of which the simulator hears nothing: what concerns an attempt its provider has given no id is recorded with
 * `external_id: null` and makes no request. An effect that failed shows as one that nobody recorded, but for
 * a removal the provider refused: its request is what was recorded, and that an operator is notified is wanted (P8).
 */
export async function effectsWithoutCall(knex: Knex, courseId: string, afterId: number): Promise<GoldenEffect[]> {
  const rows = await knex<EffectRow>('effects')
    .select('action', 'state', 'last_error')
    .where('course_id', courseId)
    .where('id', '>', afterId)
    .orderBy('id');
  return rows.flatMap(({ action, state, last_error }): GoldenEffect[] => {
    if (state === 'failed' && action.name === 'provider.remove') return [];
    if (state !== 'done') return [{ do: `${state} ${action.name}`, error: last_error }];
    if (!('provider' in action) || action.externalId !== null) return [];
    return [{ do: PROVIDER_CALLS[action.name], backend: backendOf(action.provider), external_id: null }];
  });
}
