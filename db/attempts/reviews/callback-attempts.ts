import type { Knex } from 'knex';
import { SELECT_LIVE, type LocatedAttempt, readAttempts } from '../find';

/** Live attempts of an external id, newest first. Exactly as given: REST vendors get no leave of case (reviews.json). */
export async function findLiveByExternalId(knex: Knex, externalId: string, now: Date): Promise<LocatedAttempt[]> {
  const sql = `${SELECT_LIVE} where lower(a.external_id) = lower(:externalId) and a.external_id = :externalId
    order by a.created_at desc, a.id desc limit 5`;
  return readAttempts(knex, sql, { externalId }, now);
}
