import type { Knex } from 'knex';
import type { AttemptKey } from '../contracts/exam-attempt';
import type { ReviewChannel } from '../domain/reviews/payload';

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

export interface Reception {
  receivedAt: Date;
  windowMs: number;
  /** Refuse what finds the attempt reviewed. */
  onlyOne: boolean;
}

/**
 * Stores a callback unless it is a repetition, so that of a hundred copies at once one is kept: migration 0010 has the
 * statement's function.
 */
export async function receiveCallback(knex: Knex, callback: Callback, reception: Reception): Promise<Receipt> {
  const { key, body, ...rest } = callback;
  const given = { ...rest, ...key, body: JSON.stringify(body), ...reception };
  const { rows } = await knex.raw<{ rows: Receipt[] }>(RECEIVE, given);
  return rows[0] as Receipt;
}

const RECEIPT = `inbox_id as "inboxId", is_repeat as "isRepeat", is_reviewed as "isReviewed",
  waits_for_others as "waitsForOthers"`;

const RECEIVE = `select ${RECEIPT} from receive_callback(:provider, :kind, :channel, :attemptCode, :attemptId, :examId,
  :userId, :attemptNumber, :externalId, :trusted, cast(:body as jsonb), :bodyHash, :receivedAt, :windowMs, :onlyOne)`;

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
