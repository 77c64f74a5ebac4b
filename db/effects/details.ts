import type { Knex } from 'knex';
import { queryRow } from '../core/query';

/**
 * Stores a detail found while doing an effect, so that a later try uses the same. The first one is kept.
 * @returns the stored one.
 */
export async function pinDetail(knex: Knex, effectId: string, detail: string): Promise<string> {
  const sql = 'update effects set detail = coalesce(detail, :detail) where id = :effectId returning detail';
  return (await queryRow<{ detail: string }>(knex, sql, { detail, effectId }))?.detail ?? detail;
}
