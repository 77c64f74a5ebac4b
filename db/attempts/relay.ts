import type { Knex } from 'knex';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { queryRows, writeRows } from '../core/query';
import { stateOf } from '../effects/effects';

/**
 * The attempts whose workflow should be woken: effects nobody leases, and rows that need an owner whose newest version
 * no workflow has confirmed. Measured by the wall clock of the last write, so a test clock does not matter. An
 * effect behind another on its target waits for that one, whose owner sees to it.
 */
export function ownersToWake(knex: Knex, limits: { graceMs: number; limit: number }): Promise<AttemptKey[]> {
  return queryRows(knex, OWNERS, limits);
}

/** Rows that need an owner whose newest version no workflow has confirmed: exactly the condition of attempts_unconfirmed_idx. */
export const UNCONFIRMED = `confirmed_version < version
  and ((started_at is not null and status in ('created', 'download_software_clicked', 'ready_to_start', 'started',
        'ready_to_submit', 'eligible'))
    or (review_due_at is not null and status in ('submitted', 'second_review_required')))`;

const OWNERS = `
  with long_ago as (select clock_timestamp() - make_interval(secs => cast(:graceMs as float8) / 1000) as at)
  select distinct exam_id as "examId", user_id as "userId", number as "attemptNumber" from (
    (select owner_exam_id as exam_id, owner_user_id as user_id, owner_attempt_number as number
     from effects e
     where state in ('due', 'in_flight') and touched_at <= (select at from long_ago)
       and (lease_until is null or lease_until <= case when state = 'due' then (select at from long_ago) else clock_timestamp() end)
       and not exists (select 1 from effects b
         where b.target = e.target and b.id < e.id and ${stateOf('b')} in ('due', 'in_flight'))
     order by touched_at limit :limit)
    union all
    (select exam_id, user_id, number from attempts
     where touched_at <= (select at from long_ago) and ${UNCONFIRMED}
     order by touched_at limit :limit)
  ) owners
  limit :limit`;

/** The workflow has seen this version; an older confirmation never takes back a newer one. */
export async function confirmVersion(knex: Knex, key: AttemptKey, version: number): Promise<void> {
  await writeRows(
    knex,
    `update attempts set confirmed_version = :version
     where exam_id = :examId and user_id = :userId and number = :attemptNumber and confirmed_version < :version`,
    { ...key, version },
  );
}
