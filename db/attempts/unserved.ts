import type { Knex } from 'knex';
import type { AttentionReason } from '../../contracts/attempts/attention';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { ATTEMPT_STATUSES, isIncomplete } from '../../domain/attempts/statuses';
import { queryRows } from '../core/query';
import { appendReason } from './attention';

/** The reason for attention of an attempt whose provider is not configured, while it has work ahead there. */
export const UNSERVED = 'provider-not-configured' satisfies AttentionReason;

const INCOMPLETE = ATTEMPT_STATUSES.filter(isIncomplete)
  .map((status) => `'${status}'`)
  .join(', ');

/** Found by the partial indexes on open attempts and due reviews: the finished ones are not read. */
export const HAS_WORK_AHEAD = `(a.status in (${INCOMPLETE}) or (a.review_due_at is not null and (a.status = 'second_review_required'
  or (a.status = 'submitted' and a.taking_as_proctored and not a.is_sample_attempt))))`;

/**
 * Marks attempts with work ahead at a provider that is not configured, and takes the mark from those whose provider is again,
 * or that need it no more. Other reasons stay. @returns the attempts changed.
 */
export function markUnserved(
  knex: Knex,
  { configured, limit }: { configured: readonly string[]; limit: number },
): Promise<AttemptKey[]> {
  return queryRows(knex, MARK, { configured: [...configured], limit, reason: UNSERVED });
}

const MARK = `
  with unserved as (
    select a.id from attempts a
    where ${HAS_WORK_AHEAD} and a.external_id is not null and a.provider <> all(cast(:configured as text[]))
      and not (cast(:reason as text) = any (a.attention_reasons))
    limit :limit
  ), served as (
    select a.id from attempts a where a.attention_reasons <> '{}' and cast(:reason as text) = any (a.attention_reasons)
      and (a.provider = any(cast(:configured as text[])) or not ${HAS_WORK_AHEAD})
    limit :limit
  )
  update attempts a set attention_reasons = case when a.id in (select id from served)
    then array_remove(a.attention_reasons, cast(:reason as text)) else ${appendReason('cast(:reason as text)')} end
  where a.id in (select id from unserved union all select id from served)
  returning a.exam_id as "examId", a.user_id as "userId", a.number as "attemptNumber"`;
