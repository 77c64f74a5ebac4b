import type { Knex } from 'knex';
import type { AttemptKey } from '../../../contracts/attempts/messages';
import type { ReviewProtocol } from '../../../domain/attempts/reviews/payload';
import { queryRow, queryRows, writeRows } from '../../core/query';

/** A vendor's callback as it is received. */
export interface IncomingCallback {
  kind: 'review' | 'ready';
  provider: string;
  channel: ReviewProtocol;
  attemptCode: string;
  /** The attempt; absent: it is looked for, and found if nothing about the callback is special. */
  attempt?: (AttemptKey & { attemptId: string }) | undefined;
  externalId: string | null;
  /** The vendor was authenticated. */
  trusted: boolean;
  /** As JSON. */
  body: string;
  bodyHash: string;
  receivedAt: Date;
  /** For so long the same body for the same attempt is a repetition. */
  windowMs: number;
  /** Store none beside another, or where the attempt has a review. */
  onlyOne: boolean;
}

export interface Receipt {
  /** False: locate the attempt and call again with it; nothing was done. */
  isLocated: boolean;
  /** Null: a repetition, or the attempt already has a review; nothing was stored. */
  inboxId: string | null;
  /** The same body for the same attempt is in the inbox, within the window. */
  isRepeat: boolean;
  /** Others for the same attempt wait to be applied before it. */
  waitsForOthers: boolean;
}

/**
 * Stores callbacks, each unless it is a repetition, so that of a hundred copies at once one is stored; in one statement and
 * transaction. In the order of their codes, as each takes its attempt's lock: two such statements never wait for each other.
 * @returns the receipt of each, in the order given.
 */
export async function receiveCallbacks(knex: Knex, callbacks: readonly IncomingCallback[]): Promise<Receipt[]> {
  const sorted = [...callbacks.entries()].sort(([, a], [, b]) => (a.attemptCode < b.attemptCode ? -1 : 1));
  const json = `[${sorted.map(([, callback]) => toJson(callback)).join()}]`;
  const rows = await queryRows<Receipt>(knex, RECEIVE, { json });
  const received: Receipt[] = [];
  for (const [position, [index]] of sorted.entries()) received[index] = rows[position] as Receipt;
  return received;
}

/** The body is JSON already. */
function toJson({ body, attempt, ...rest }: IncomingCallback): string {
  return `${JSON.stringify({ ...rest, ...attempt }).slice(0, -1)},"body":${body}}`;
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

const listOf = (format: (name: string, type: string) => string): string =>
  Object.entries(RECEIVE_FIELDS)
    .map(([name, type]) => format(name, type))
    .join(', ');

/** Migration 0010 has the function; it takes the fields in this order. */
const RECEIVE = `
  select r.is_located as "isLocated", r.inbox_id as "inboxId", r.is_repeat as "isRepeat",
    r.waits_for_others as "waitsForOthers"
  from rows from (jsonb_to_recordset(cast(:json as jsonb)) as (${listOf((name, type) => `"${name}" ${type}`)}))
    with ordinality as c
  cross join lateral receive_callback(${listOf((name) => `c."${name}"`)}) r
  order by c.ordinality`;

/** A callback in the inbox. */
export interface StoredCallback extends Pick<
  IncomingCallback,
  'kind' | 'provider' | 'channel' | 'attemptCode' | 'externalId' | 'trusted'
> {
  inboxId: string;
  /** The attempt it is about. */
  key: AttemptKey;
  body: unknown;
  state: 'received' | 'applied' | 'refused';
  /** The code it was refused with. */
  reason: string | null;
}

const SELECT = `select id::text as "inboxId", kind, provider, channel, attempt_code as "attemptCode",
  external_id as "externalId", trusted, body, state, reason,
  jsonb_build_object('examId', exam_id, 'userId', user_id, 'attemptNumber', attempt_number) as key
  from review_inbox`;

export function findCallback(trx: Knex, inboxId: string): Promise<StoredCallback | undefined> {
  return queryRow(trx, `${SELECT} where id = :inboxId`, { inboxId });
}

/** Stores that a callback was applied, or refused and why; an outcome stored before stays as it is. */
export async function markCallback(trx: Knex, inboxId: string, reason: string | null, now: Date): Promise<void> {
  await writeRows(
    trx,
    `update review_inbox set state = :state, reason = :reason, applied_at = :now where id = :inboxId and state = 'received'`,
    { inboxId, state: reason === null ? 'applied' : 'refused', reason, now },
  );
}

/** What is to be delivered to the attempt's workflow, which reads the rest. */
export type CallbackDelivery = Pick<StoredCallback, 'inboxId' | 'kind' | 'key'>;

/**
 * Callbacks to deliver: oldest first, without those delivered within the grace time. Those of a provider that is not among
 * `providers` wait until it is: its rules are not known.
 */
export function callbacksToDeliver(
  knex: Knex,
  { providers, ...limits }: { graceMs: number; limit: number; providers?: readonly string[] | undefined },
): Promise<CallbackDelivery[]> {
  return queryRows(
    knex,
    `${SELECT}
     where state = 'received' and (cast(:providers as text[]) is null or provider = any(cast(:providers as text[])))
       and (signalled_at is null
       or signalled_at <= clock_timestamp() - make_interval(secs => cast(:graceMs as float8) / 1000))
     order by id limit :limit`,
    { ...limits, providers: providers ? [...providers] : null },
  );
}

/** The owner's workflow was signalled. */
export async function markDelivered(knex: Knex, inboxIds: readonly string[]): Promise<void> {
  const sql = 'update review_inbox set signalled_at = clock_timestamp() where id = any(cast(:ids as bigint[]))';
  await writeRows(knex, sql, { ids: [...inboxIds] });
}
