import type { Knex } from 'knex';
import type { AttemptKey } from '../contracts/exam-attempt';
import type { ReviewChannel } from '../domain/reviews/payload';
import { textLiteral } from './text-literal';

/** A callback as it came, with the attempt it is about. */
export interface Callback {
  kind: 'review' | 'ready';
  provider: string;
  channel: ReviewChannel;
  attemptCode: string;
  attemptId: string;
  key: AttemptKey;
  externalId: string | null;
  /** The vendor proved who it is. */
  trusted: boolean;
  body: unknown;
  bodyHash: string;
}

export interface InboxRow extends Callback {
  inboxId: string;
  state: 'received' | 'applied' | 'refused';
  /** The code it was refused with. */
  reason: string | null;
}

export interface Receipt {
  /** Null: the same came a moment ago, or something else stands in the way; nothing was stored. */
  inboxId: string | null;
  /** The same body for the same attempt is in the inbox, within the window. */
  isRepeat: boolean;
  /** The attempt has a review, or one that waits to be applied. */
  isReviewed: boolean;
  /** Others for the same attempt wait to be applied before it. */
  waitsForOthers: boolean;
}

interface Reception {
  receivedAt: Date;
  windowMs: number;
  /** Refuse what finds the attempt reviewed. */
  onlyOne: boolean;
}

/**
 * Stores a callback unless it is a repetition, under a lock of its attempt, so that of a hundred copies at once one is
 * kept. One round trip: the lock first, then the look with a fresh view of the data (db/commands.ts, lockAndFind).
 */
export async function receiveCallback(knex: Knex, callback: Callback, reception: Reception): Promise<Receipt> {
  const lock = `select pg_advisory_xact_lock(hashtextextended('callback:' || ${textLiteral(callback.attemptCode)}, 0))`;
  const results = (await knex.raw(`${lock}; ${insertSql(callback, reception)}`)) as unknown as [
    unknown,
    { rows: Receipt[] },
  ];
  return results[1].rows[0] as Receipt;
}

function insertSql(callback: Callback, { receivedAt, windowMs, onlyOne }: Reception): string {
  const text = (value: string | null) => (value === null ? 'null' : textLiteral(value));
  const { kind, key } = callback;
  const at = `${textLiteral(receivedAt.toISOString())}::timestamptz`;
  const fields = [callback.provider, kind, callback.channel, callback.attemptCode].map(text).join(', ');
  const owner = `${Number(key.examId)}, ${text(key.userId)}, ${Number(key.attemptNumber)}`;
  return `
    with earlier as (
      select body_hash, state, received_at from review_inbox
      where attempt_code = ${text(callback.attemptCode)} and kind = ${text(kind)} and state <> 'refused'
    ), found as (
      select
        exists (select 1 from earlier where body_hash = ${text(callback.bodyHash)}
          and received_at > ${at} - make_interval(secs => ${Number(windowMs)} / 1000.0)) as repeat,
        ${kind === 'review'} and exists (select 1 from reviews where attempt_code = ${text(callback.attemptCode)})
          or exists (select 1 from earlier where state = 'received') as reviewed,
        exists (select 1 from earlier where state = 'received') as waits
    ), stored as (
      insert into review_inbox (provider, kind, channel, attempt_code, attempt_id, exam_id, user_id, attempt_number,
        external_id, trusted, body, body_hash, received_at)
      select ${fields}, ${text(callback.attemptId)}::uuid, ${owner}, ${text(callback.externalId)}, ${callback.trusted},
        ${text(JSON.stringify(callback.body))}::jsonb, ${text(callback.bodyHash)}, ${at}
      from found where not repeat and not (reviewed and ${onlyOne})
      returning id
    )
    select (select id from stored)::text as "inboxId", repeat as "isRepeat", reviewed as "isReviewed",
      waits as "waitsForOthers" from found`;
}

const FIELDS = `id::text as "inboxId", kind, provider, channel, attempt_code as "attemptCode", attempt_id as "attemptId",
  external_id as "externalId", trusted, body, body_hash as "bodyHash", state, reason,
  jsonb_build_object('examId', exam_id, 'userId', user_id, 'attemptNumber', attempt_number) as key`;

export async function findCallback(trx: Knex, inboxId: string): Promise<InboxRow | undefined> {
  const { rows } = await trx.raw<{ rows: InboxRow[] }>(`select ${FIELDS} from review_inbox where id = ?`, [inboxId]);
  return rows[0];
}

/** Notes what became of a callback; what was settled before stays as it is. */
export async function settleCallback(
  trx: Knex,
  inboxId: string,
  outcome: { state: 'applied' | 'refused'; reason?: string },
  now: Date,
): Promise<void> {
  await trx.raw(
    `update review_inbox set state = :state, reason = :reason, applied_at = :now where id = :inboxId and state = 'received'`,
    { inboxId, state: outcome.state, reason: outcome.reason ?? null, now },
  );
}

/** What has to be delivered: oldest first, and not what was delivered within the grace time. */
export interface Delivery {
  inboxId: string;
  kind: 'review' | 'ready';
  key: AttemptKey;
}

export async function callbacksToDeliver(
  knex: Knex,
  { graceMs, limit }: { graceMs: number; limit: number },
): Promise<Delivery[]> {
  const { rows } = await knex.raw<{ rows: Delivery[] }>(
    `select ${FIELDS} from review_inbox
     where state = 'received' and (signalled_at is null
       or signalled_at <= clock_timestamp() - make_interval(secs => cast(:graceMs as float8) / 1000))
     order by id limit :limit`,
    { graceMs, limit },
  );
  return rows.map(({ inboxId, kind, key }) => ({ inboxId, kind, key }));
}

/** The owner's workflow has been told. */
export async function markDelivered(knex: Knex, inboxIds: readonly string[]): Promise<void> {
  await knex.raw(`update review_inbox set signalled_at = clock_timestamp() where id = any(?::bigint[])`, [
    [...inboxIds],
  ]);
}
