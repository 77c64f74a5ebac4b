import type { Knex } from 'knex';
import { queryRows, writeRows } from '../core/query';

/** Drafts whose preview is missing, or whose time is over, for longer than the grace. */
export async function draftsToWake(
  knex: Knex,
  { graceMs, draftExpiresMs, limit }: { graceMs: number; draftExpiresMs: number; limit: number },
): Promise<{ periodId: string; draftId: string }[]> {
  return queryRows(
    knex,
    `select period_id as "periodId", draft_id as "draftId" from qualification_drafts
     where state in ('choosing', 'computing', 'ready', 'failed')
       and ((state = 'computing' and changed_at < clock_timestamp() - make_interval(secs => cast(:graceMs as float8) / 1000))
         or changed_at < clock_timestamp()
           - make_interval(secs => (cast(:graceMs as float8) + cast(:draftExpiresMs as float8)) / 1000))
     order by changed_at limit :limit`,
    { graceMs, draftExpiresMs, limit },
  );
}

/** Forgets drafts that ended long ago, and what was asked of them but saved nothing. @returns how many drafts. */
export async function purgeTombstones(
  knex: Knex,
  { tombstoneMs, limit }: { tombstoneMs: number; limit: number },
): Promise<number> {
  return writeRows(
    knex,
    `with gone as (
       delete from qualification_drafts where draft_id in (
         select draft_id from qualification_drafts where state in ('saved', 'discarded', 'expired')
           and changed_at < clock_timestamp() - make_interval(secs => cast(:tombstoneMs as float8) / 1000)
         order by changed_at limit :limit)
       returning draft_id),
     forgotten as (
       update qualification_commands set request = '{}', outcome = coalesce(outcome - 'differences', outcome)
       where draft_id in (select draft_id from gone))
     select draft_id from gone`,
    { tombstoneMs, limit },
  );
}
