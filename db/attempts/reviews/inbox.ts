import type { Knex } from 'knex';
import type { AttemptKey } from '../../../contracts/attempts/messages';
import type { ReviewProtocol } from '../../../domain/attempts/reviews/payload';
import { queryRow, queryRows, writeRows } from '../../core/query';

/** A callback as received, with the attempt it is about. */
export interface Callback {
  kind: 'review' | 'ready';
  provider: string;
  channel: ReviewProtocol;
  attemptCode: string;
  attemptId: string;
  key: AttemptKey;
  externalId: string | null;
  /** The vendor was authenticated. */
  trusted: boolean;
  /** As JSON. */
  body: string;
  bodyHash: string;
}

export interface InboxRow extends Omit<Callback, 'body'> {
  body: unknown;
  inboxId: string;
  state: 'received' | 'applied' | 'refused';
  /** The code it was refused with. */
  reason: string | null;
}

export interface Receipt {
  /** Null: a repetition, or the attempt already has a review; nothing was stored. */
  inboxId: string | null;
  /** The same body for the same attempt is in the inbox, within the window. */
  isRepeat: boolean;
  /** Others for the same attempt wait to be applied before it. */
  waitsForOthers: boolean;
}

export interface ReceiveOptions {
  receivedAt: Date;
  windowMs: number;
  /** Reject a callback whose attempt has a review. */
  onlyOne: boolean;
}

/** A received callback. Without its attempt that is looked up, and found if the callback is an ordinary one. */
export type IncomingCallback = Pick<
  Callback,
  'kind' | 'provider' | 'channel' | 'attemptCode' | 'trusted' | 'body' | 'bodyHash'
> &
  Partial<Pick<Callback, 'attemptId' | 'key'>> & { externalId: string | null } & ReceiveOptions;

/** `isLocated` false: locate the attempt and call again with it; nothing was done. */
export type ReceiveResult = Receipt & { isLocated: boolean };

/**
 * Stores callbacks, each unless it is a repetition, so that of a hundred copies at once one is stored; in one statement and
 * transaction. In the order of their codes, as each takes its attempt's lock: two such statements never wait for each other.
 * @returns the result of each, in the order given.
 */
export async function receiveCallbacks(knex: Knex, callbacks: readonly IncomingCallback[]): Promise<ReceiveResult[]> {
  const sorted = [...callbacks.entries()].sort(([, a], [, b]) => (a.attemptCode < b.attemptCode ? -1 : 1));
  const json = `[${sorted.map(([, callback]) => toJson(callback)).join()}]`;
  const rows = await queryRows<ReceiveResult>(knex, RECEIVE, { json });
  const received: ReceiveResult[] = [];
  for (const [position, [index]] of sorted.entries()) received[index] = rows[position] as ReceiveResult;
  return received;
}

/** The body is JSON already. */
function toJson({ body, key, ...rest }: IncomingCallback): string {
  return `${JSON.stringify({ ...rest, ...key }).slice(0, -1)},"body":${body}}`;
}

const RECEIVE_FIELDS = {
  provider: 'text',
  kind: 'text',
  channel: 'text',
  attemptCode: 'text',
  attemptId: 'uuid',
  examId: 'integer',
  userId: 'text',
  attemptNumber: 'integer',
  externalId: 'text',
  trusted: 'boolean',
  body: 'jsonb',
  bodyHash: 'text',
  receivedAt: 'timestamptz',
  windowMs: 'float8',
  onlyOne: 'boolean',
};

/** Migration 0010 has the function; it takes what `GIVEN` names, in this order. */
const RECEIVE = `
  select r.is_located as "isLocated", r.inbox_id as "inboxId", r.is_repeat as "isRepeat",
    r.waits_for_others as "waitsForOthers"
  from rows from (jsonb_to_recordset(cast(:json as jsonb)) as (${Object.entries(RECEIVE_FIELDS)
    .map(([name, type]) => `"${name}" ${type}`)
    .join(', ')})) with ordinality as c
  cross join lateral receive_callback(${Object.keys(RECEIVE_FIELDS)
    .map((name) => `c."${name}"`)
    .join(', ')}) r
  order by c.ordinality`;

const FIELDS = `id::text as "inboxId", kind, provider, channel, attempt_code as "attemptCode", attempt_id as "attemptId",
  external_id as "externalId", trusted, body, body_hash as "bodyHash", state, reason,
  jsonb_build_object('examId', exam_id, 'userId', user_id, 'attemptNumber', attempt_number) as key`;

export function findCallback(trx: Knex, inboxId: string): Promise<InboxRow | undefined> {
  return queryRow(trx, `select ${FIELDS} from review_inbox where id = :inboxId`, { inboxId });
}

/** Stores that a callback was applied, or refused and why; an outcome stored before stays as it is. */
export async function markCallback(trx: Knex, inboxId: string, reason: string | null, now: Date): Promise<void> {
  await writeRows(
    trx,
    `update review_inbox set state = :state, reason = :reason, applied_at = :now where id = :inboxId and state = 'received'`,
    { inboxId, state: reason === null ? 'applied' : 'refused', reason, now },
  );
}

/** Callbacks to deliver: oldest first, without those delivered within the grace time. */
export interface CallbackDelivery {
  inboxId: string;
  kind: 'review' | 'ready';
  key: AttemptKey;
}

export async function callbacksToDeliver(
  knex: Knex,
  { graceMs, limit }: { graceMs: number; limit: number },
): Promise<CallbackDelivery[]> {
  const rows = await queryRows<CallbackDelivery>(
    knex,
    `select ${FIELDS} from review_inbox
     where state = 'received' and (signalled_at is null
       or signalled_at <= clock_timestamp() - make_interval(secs => cast(:graceMs as float8) / 1000))
     order by id limit :limit`,
    { graceMs, limit },
  );
  return rows.map(({ inboxId, kind, key }) => ({ inboxId, kind, key }));
}

/** The owner's workflow was signalled. */
export async function markDelivered(knex: Knex, inboxIds: readonly string[]): Promise<void> {
  const sql = 'update review_inbox set signalled_at = clock_timestamp() where id = any(cast(:ids as bigint[]))';
  await writeRows(knex, sql, { ids: [...inboxIds] });
}
