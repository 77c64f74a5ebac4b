import type { Knex } from 'knex';
import type { AttemptView } from '../../contracts/attempts/messages';
import { DUE_DATE_OVERRIDE, EXTRA_TIME } from '../../domain/attempts/allowances';
import type {
  AroundFact,
  CallbackFact,
  ChangeFact,
  EffectFact,
  ReviewFact,
  TimelineFacts,
} from '../../domain/attempts/timeline';
import { queryRows } from '../core/query';

/** All that is kept of an attempt, live or removed: six reads, each by an index. */
export async function readTimelineFacts(knex: Knex, view: AttemptView): Promise<TimelineFacts> {
  const { attemptId, attemptCode, examId, userId, attemptNumber } = view;
  const [changes, states, effects, callbacks, reviews, around] = await Promise.all([
    queryRows<ChangeFact>(knex, CHANGES, { attemptId }),
    queryRows<{ version: number; status: string }>(knex, STATES, { attemptId }),
    queryRows<EffectFact>(knex, EFFECTS, { attemptId }),
    queryRows<CallbackFact>(knex, CALLBACKS, { attemptCode }),
    queryRows<StoredVerdict>(knex, VERDICTS, { attemptCode }),
    queryRows<AroundFact>(knex, AROUND, { objects: await objectsAround(knex, view), examId, userId, attemptNumber }),
  ]);
  const statuses = new Map(states.map(({ version, status }) => [version, status]));
  if (!view.isArchived) statuses.set(view.version, view.status);
  return { changes, statuses, effects, callbacks, reviews: reviewFacts(reviews), around };
}

const CHANGES = `
  select at, type, version, result ->> 'status' as status, "by", coalesce(because, type) as because, reason,
    request_id as "requestId"
  from commands where attempt_id = :attemptId and state = 'applied' order by at`;

const STATES = 'select version, status from attempt_archive where attempt_id = :attemptId order by id';

/** A due effect that has a lease is not tried before the lease ends. */
const EFFECTS = `
  select id::text as "effectId", name, version, state, tries, last_error as "lastError", detail, created_at as "createdAt",
    touched_at as "touchedAt", done_at as "doneAt",
    case when state = 'due' then coalesce(lease_until, touched_at) end as "nextTryAt"
  from effects where attempt_id = :attemptId order by id`;

const CALLBACKS = `
  select received_at as at, id::text as "inboxId", provider, kind as callback, state, reason as "refusedBecause",
    applied_at as "endedAt"
  from review_inbox where attempt_code = :attemptCode order by id`;

interface StoredVerdict extends Omit<ReviewFact, 'at'> {
  createdAt: Date;
  /** Null: the one that counts. */
  replacedAt: Date | null;
}

const VERDICTS = `
  select r.id::text as "reviewId", v.status as "reviewStatus", r.provider, v.reviewed_by as "reviewedBy",
    r.created_at as "createdAt", v.replaced_at as "replacedAt"
  from reviews r cross join lateral (
    select h.review_status as status, h.reviewed_by, h.archived_at as replaced_at, h.id from review_history h
    where h.attempt_code = :attemptCode and h.review_id = r.id
    union all
    select r.review_status, r.reviewed_by, null, null
  ) v
  where r.attempt_code = :attemptCode order by v.id nulls last`;

/** A verdict came when the one before it was replaced; the first when the review was made. */
function reviewFacts(verdicts: readonly StoredVerdict[]): ReviewFact[] {
  return verdicts.map(({ createdAt, replacedAt: _until, ...verdict }, index) => {
    return { ...verdict, at: verdicts[index - 1]?.replacedAt ?? createdAt };
  });
}

/**
 * Callbacks that were turned away name the code alone. A registration that was asked for and never answered may stand at a
 * vendor that knows no keys.
 */
const AROUND = `
  select at, action, object, actor as "by", reason, request_id as "requestId", detail
  from audit_log where object = any(:objects)
  union all
  select c.at, 'registration.unanswered', 'provider:' || (c.question ->> 'provider'), coalesce(k."by", 'unknown'), k.reason,
    k.request_id, null
  from commands c
  left join lateral (select coalesce(i."by", i.principal) as "by", i.reason, i.request_id from idempotency_keys i
    where i.command_id = c.command_id limit 1) k on true
  where c.exam_id = :examId and c.user_id = :userId and c.state = 'asking' and c.question ->> 'kind' = 'registration'
    and cast(c.new_attempt ->> 'number' as int) = :attemptNumber and c.answers -> 'registration' is null
    and c.asked_until < clock_timestamp()
  order by at`;

/** The learner's allowances on the exam, those that were taken back under their usual names, and the attempt itself. */
async function objectsAround(knex: Knex, { attemptCode, examId, userId }: AttemptView): Promise<string[]> {
  const sql = 'select key from allowances where exam_id = :examId and user_id = :userId';
  const stored = await queryRows<{ key: string }>(knex, sql, { examId, userId });
  const keys = new Set([EXTRA_TIME, DUE_DATE_OVERRIDE, 'review_policy_exception', ...stored.map(({ key }) => key)]);
  return [attemptCode, `attempt:${attemptCode}`, ...[...keys].map((key) => `allowance:${examId}:${userId}:${key}`)];
}
