import type { Knex } from 'knex';

/**
 * Stores a detail found while doing an effect, so that a later try uses the same. The first one is kept.
 * @returns the stored one.
 */
export async function pinDetail(knex: Knex, effectId: string, detail: string): Promise<string> {
  const { rows } = await knex.raw<{ rows: { detail: string }[] }>(
    'update effects set detail = coalesce(detail, ?) where id = ? returning detail',
    [detail, effectId],
  );
  return rows[0]?.detail ?? detail;
}
