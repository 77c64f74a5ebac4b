import type { Knex } from 'knex';
import type { AttemptKey } from '../../../contracts/attempts/messages';
import { queryRow } from '../../core/query';
import { SELECT_LIVE, type LocatedAttempt, readAttempts } from '../find';

/** Live attempts of an external id, newest first. Exactly as given: REST vendors get no leave of case (reviews.json). */
export async function findLiveByExternalId(knex: Knex, externalId: string, now: Date): Promise<LocatedAttempt[]> {
  const sql = `${SELECT_LIVE} where lower(a.external_id) = lower(:externalId) and a.external_id = :externalId
    order by a.created_at desc, a.id desc limit 5`;
  return readAttempts(knex, sql, { externalId }, now);
}

/** The provider an attempt was registered with, which its exam may have left since. */
export async function registeredProvider(knex: Knex, key: AttemptKey): Promise<string | null> {
  const row = await queryRow<{ provider: string }>(
    knex,
    `select question ->> 'provider' as provider from commands
     where exam_id = :examId and user_id = :userId and new_attempt ->> 'number' = cast(:attemptNumber as text)
       and question ->> 'kind' = 'registration' and state = 'applied' limit 1`,
    key,
  );
  return row?.provider ?? null;
}
