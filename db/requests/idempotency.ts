import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { defineStatement, runStatement } from '../core/batch';
import { queryRow, writeRows } from '../core/query';

export interface RequestKey {
  key: string;
  principal: string;
}

export interface RequestToBegin extends RequestKey {
  /** Of method, path and body. */
  fingerprint: string;
  commandId: string;
  /** Of the request, for whoever asks later who wanted this. */
  requestId: string;
  /** What a person gave as the reason. */
  reason: string | null;
  /** How long until a request without an answer may be tried again. */
  lockMs: number;
  keepMs?: number;
}

export type BeginResult =
  | { state: 'new' }
  | { state: 'replay'; status: number; headers: Record<string, string>; body: unknown }
  | { state: 'running' }
  | { state: 'mismatch' };

const KEEP_MS = 7 * 86_400_000;

interface KeyRow {
  fingerprint: string;
  state: 'running' | 'done';
  status: number;
  headers: Record<string, string> | null;
  body: unknown;
  mine: boolean;
}

/**
 * Claims a request's key, in one statement: of many equal requests at once one is `new`. The key can be taken over by
 * the same request when its lock ran out, and by any when it expired.
 */
export async function beginRequest(knex: Knex, request: RequestToBegin): Promise<BeginResult> {
  const { fingerprint, keepMs = KEEP_MS, ...rest } = request;
  const values = { ...rest, fingerprint, keepMs, token: randomUUID() };
  const [row] = (await runStatement<KeyRow>(knex, { statement: BEGIN, values })) as [KeyRow];
  if (row.mine) return { state: 'new' };
  if (row.fingerprint !== fingerprint) return { state: 'mismatch' };
  if (row.state === 'running') return { state: 'running' };
  return { state: 'replay', status: row.status, headers: row.headers ?? {}, body: row.body };
}

const EXPIRED = 'k.expires_at < clock_timestamp()';
const TAKEN_OVER = `(${EXPIRED} or (k.state = 'running' and k.locked_until < clock_timestamp()
  and k.fingerprint = excluded.fingerprint))`;

const ifTakenOver = (column: string, value = `excluded.${column}`) =>
  `${column} = case when ${TAKEN_OVER} then ${value} else k.${column} end`;

const TAKEN = [
  ...['fingerprint', 'command_id', 'state', 'lock_token', 'locked_until', 'expires_at'],
  ...['"by"', 'reason', 'request_id'],
];

const BEGIN = defineStatement(
  'begin_request',
  `insert into idempotency_keys as k (key, principal, fingerprint, command_id, state, lock_token, locked_until, expires_at,
    "by", reason, request_id)
  values (:key, :principal, :fingerprint, :commandId, 'running', :token,
    clock_timestamp() + make_interval(secs => cast(:lockMs as float8) / 1000),
    clock_timestamp() + make_interval(secs => cast(:keepMs as float8) / 1000), :principal, :reason, :requestId)
  on conflict (key, principal) do update set
    ${TAKEN.map((column) => ifTakenOver(column)).join(', ')},
    ${['status', 'headers', 'body'].map((column) => ifTakenOver(column, 'null')).join(', ')}
  returning fingerprint, state, status, headers, body, lock_token = :token as mine`,
);

export interface RequestAnswer extends RequestKey {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** Stores the answer for repetitions of the request. */
export async function finishRequest(knex: Knex, answer: RequestAnswer): Promise<void> {
  const { key, principal, status } = answer;
  const headers = JSON.stringify(answer.headers);
  const body = JSON.stringify(answer.body ?? null);
  await runStatement(knex, { statement: FINISH, values: { key, principal, status, headers, body } });
}

const FINISH = defineStatement(
  'finish_request',
  `update idempotency_keys set state = 'done', status = :status, headers = cast(:headers as jsonb),
    body = cast(:body as jsonb)
  where key = :key and principal = :principal`,
);

/**
 * Gives a key back whose request had no outcome worth keeping: the same request is new then. The row stays, as the command
 * may be applied yet and has its sender from here.
 */
export async function releaseRequest(knex: Knex, { key, principal }: RequestKey): Promise<void> {
  const sql = `update idempotency_keys set locked_until = '-infinity'
    where key = :key and principal = :principal and state = 'running'`;
  await writeRows(knex, sql, { key, principal });
}

/** Keeps who sent a request without a key, and why, under the id of its command. It can never be repeated. */
export async function recordRequest(
  knex: Knex,
  request: Pick<RequestToBegin, 'principal' | 'commandId' | 'requestId' | 'reason'>,
): Promise<void> {
  await runStatement(knex, { statement: RECORD, values: { ...request, keepMs: KEEP_MS, token: randomUUID() } });
}

const RECORD = defineStatement(
  'record_request',
  `insert into idempotency_keys (key, principal, fingerprint, command_id, state, lock_token, locked_until, expires_at, "by",
    reason, request_id)
  values (:commandId, :principal, '', :commandId, 'done', :token, clock_timestamp(),
    clock_timestamp() + make_interval(secs => cast(:keepMs as float8) / 1000), :principal, :reason, :requestId)`,
);

/** Who sent the request of a command, and why. `unknown` when nothing is kept of it. */
export async function requestOrigin(
  knex: Knex,
  commandId: string,
): Promise<{ actor: string; requestId: string; reason: string | null }> {
  const sql = `select principal as actor, coalesce(request_id, '') as "requestId", reason from idempotency_keys
    where command_id = :commandId limit 1`;
  return (await queryRow(knex, sql, { commandId })) ?? { actor: 'unknown', requestId: '', reason: null };
}

/** Forgets what expired. @returns how many keys. */
export function purgeExpired(knex: Knex, limit = 10_000): Promise<number> {
  return writeRows(
    knex,
    `delete from idempotency_keys where (key, principal) in (
       select key, principal from idempotency_keys where expires_at < clock_timestamp() limit :limit)`,
    { limit },
  );
}
