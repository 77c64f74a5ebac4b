import type { Knex } from 'knex';

/**
 * Keeps a word found out while doing an effect with the effect, so that a later try says the same. The first one stands.
 * @returns what stands.
 */
export async function pinDetail(knex: Knex, effectId: string, detail: string): Promise<string> {
  const { rows } = await knex.raw<{ rows: { detail: string }[] }>(
    'update effects set detail = coalesce(detail, ?) where id = ? returning detail',
    [detail, effectId],
  );
  return rows[0]?.detail ?? detail;
}
