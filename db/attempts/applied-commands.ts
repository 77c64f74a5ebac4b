import type { Knex } from 'knex';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { defineStatement, runStatement, type Statement } from '../core/batch';

/** Who is behind a command, and why it came. */
export interface Cause {
  /** Who, where no request asked for it: `clock`, `cascade`, `provider:NAME`. Null: whoever sent the request. */
  by: string | null;
  /** What it asked for, in a word or two: `act:submit`, `changeStatus:verified`, `timer`. */
  because: string;
}

export interface AppliedCommand {
  commandId: string;
  type: string;
  key: AttemptKey;
  attemptId: string | null;
  result: unknown;
  now: Date;
  cause: Cause;
  /** Of the attempt as the command left it; null when it left it as it was. */
  version: number | null;
  /** Other attempts that the same command changed. */
  others?: readonly { id: string; examId: number; number: number; version: number }[];
}

/** Records that the command is done, so that its repeat gets the same result. Turns an intent into it. */
export async function storeAppliedCommand(trx: Knex, command: AppliedCommand): Promise<void> {
  await runStatement(trx, appliedCommandStatement(command));
}

/** `storeAppliedCommand` as a statement. */
export function appliedCommandStatement({
  key,
  now,
  result,
  cause,
  others = [],
  ...command
}: AppliedCommand): Statement {
  const { commandId, type, attemptId, version } = command;
  const about = { commandId, type, attemptId, version, ...key, result: JSON.stringify(result), at: now };
  const requestedAs = cause.by === null ? requestOf(commandId) : null;
  const also = others.length === 0 ? null : JSON.stringify(others);
  return { statement: APPLIED, values: { ...about, ...cause, requestedAs, also } };
}

/** The id under which the request of a command is stored; a request may be several commands (`k:hash:3`). */
export function requestOf(commandId: string): string {
  return /^[kr]:[^:]*/.exec(commandId)?.[0] ?? commandId;
}

/** Who and why come from the request's own row; each further attempt of the same command has a row of its own. */
const APPLIED = defineStatement(
  'command_applied',
  `insert into commands (command_id, type, exam_id, user_id, attempt_number, attempt_id, state, result, at, version, "by",
    because, reason, request_id)
  select c.command_id, :type, c.exam_id, :userId, c.number, c.attempt_id, 'applied', c.result, :at, c.version,
    coalesce(:by, k."by", 'unknown'), :because, k.reason, k.request_id
  from (
    select cast(:commandId as text) as command_id, cast(:examId as integer) as exam_id, cast(:attemptNumber as integer) as number,
      cast(:attemptId as uuid) as attempt_id, cast(:result as jsonb) as result, cast(:version as integer) as version
    union all
    select :commandId || '#' || o.id, o."examId", o.number, o.id, null, o.version
    from jsonb_to_recordset(cast(:also as jsonb)) as o(id uuid, "examId" integer, number integer, version integer)
  ) c
  left join lateral (select coalesce(i."by", i.principal) as "by", i.reason, i.request_id from idempotency_keys i
    where i.command_id = :requestedAs limit 1) k on true
  on conflict (command_id) do update set state = excluded.state, attempt_id = excluded.attempt_id,
    result = excluded.result, at = excluded.at, version = excluded.version, "by" = excluded."by",
    because = excluded.because, reason = excluded.reason, request_id = excluded.request_id`,
);
