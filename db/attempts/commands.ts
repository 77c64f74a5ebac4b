import type { Knex } from 'knex';
import type { AttemptKey } from '../../contracts/attempts/messages';
import type { Answers, Question } from '../../domain/attempts/decision';
import type { NewAttempt } from '../../domain/attempts/model';
import { defineStatement, runStatement, type Statement } from '../core/batch';
import { queryRow, queryRows, writeRows } from '../core/query';

export interface CommandRow {
  commandId: string;
  type: string;
  attemptId: string | null;
  /** `asking`: decided once, waiting for an outside answer; the same key resumes. */
  state: 'asking' | 'applied';
  question: Question | null;
  newAttempt: NewAttempt | null;
  answers: Answers;
  /** An attempt was made under the identity of `newAttempt`. */
  isTaken: boolean;
  /** What the caller was answered. */
  result: unknown;
}

/** SQL: an attempt was made under the identity that command `alias` had registered. */
export function identityTakenSql(alias: string): string {
  return `case when ${alias}.question ->> 'kind' = 'registration' then exists (select 1 from commands t
    where t.attempt_id = cast(${alias}.new_attempt ->> 'id' as uuid) and t.state = 'applied') else false end`;
}

const FIND = defineStatement(
  'find_command',
  `select c.command_id as "commandId", c.type, c.attempt_id as "attemptId", c.state, c.question,
    c.new_attempt as "newAttempt", c.answers, c.result, ${identityTakenSql('c')} as "isTaken"
  from commands c where c.command_id = :commandId`,
);

/** Looks a command up; a `CommandRow` or nothing comes back. */
export function findCommandStatement(commandId: string): Statement {
  return { statement: FIND, values: { commandId } };
}

export async function findCommand(knex: Knex, commandId: string): Promise<CommandRow | undefined> {
  return (await runStatement<CommandRow>(knex, findCommandStatement(commandId)))[0];
}

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

export interface CommandIntent extends Pick<AppliedCommand, 'commandId' | 'type' | 'key' | 'now'> {
  newAttempt: NewAttempt;
  question: Question;
}

/**
 * Records a question to an outside service. Repeated, it keeps the identity given first (an outside service may know it
 * already) and the answers, and replaces the question; but a registration under another identity begins anew.
 */
export async function storeIntent(trx: Knex, { key, newAttempt, question, ...intent }: CommandIntent): Promise<void> {
  const content = { question: JSON.stringify(question), newAttempt: JSON.stringify(newAttempt) };
  await writeRows(trx, STORE_INTENT, { ...intent, ...key, ...content });
}

const BEGINS_ANEW = `excluded.question ->> 'kind' = 'registration' and commands.new_attempt ->> 'id' <> excluded.new_attempt ->> 'id'`;

const STORE_INTENT = `
  insert into commands (command_id, type, exam_id, user_id, attempt_number, state, question, new_attempt, answers, at)
  values (:commandId, :type, :examId, :userId, :attemptNumber, 'asking', cast(:question as jsonb),
    cast(:newAttempt as jsonb), '{}', :now)
  on conflict (command_id) do update set question = excluded.question,
    new_attempt = case when ${BEGINS_ANEW} then excluded.new_attempt else commands.new_attempt end,
    answers = case when ${BEGINS_ANEW} then '{}' else commands.answers end,
    asked_until = case when ${BEGINS_ANEW} then null else commands.asked_until end`;

/** Deletes the questions of a rejected command: its key may be used again, and then asks anew. */
export async function dropIntent(trx: Knex, commandId: string): Promise<void> {
  await writeRows(trx, `delete from commands where command_id = :commandId and state = 'asking'`, { commandId });
}

/** Adds answers and ends the turn; one given before stays as it is. @returns all answers, or undefined when there is no such intent. */
export async function storeAnswer(knex: Knex, commandId: string, patch: Answers): Promise<Answers | undefined> {
  const sql = `update commands set answers = cast(:patch as jsonb) || answers, asked_until = null where command_id = :commandId returning answers`;
  return (await queryRow<{ answers: Answers }>(knex, sql, { commandId, patch: JSON.stringify(patch) }))?.answers;
}

/** States of several commands at once; unknown commands are absent. */
export async function commandStates(
  knex: Knex,
  commandIds: readonly string[],
): Promise<Map<string, CommandRow['state']>> {
  const sql = 'select command_id as "commandId", state from commands where command_id = any(:commandIds)';
  const rows = await queryRows<Pick<CommandRow, 'commandId' | 'state'>>(knex, sql, { commandIds: [...commandIds] });
  return new Map(rows.map(({ commandId, state }) => [commandId, state]));
}

/** Whether a removal of the attempt was sent to its provider: from then on the provider may not know it any more. */
export async function isBeingRemoved(
  knex: Knex,
  { examId, userId, attemptId }: { examId: number; userId: string; attemptId: string },
): Promise<boolean> {
  const row = await queryRow<{ asked: boolean }>(
    knex,
    `select exists (select 1 from commands where exam_id = :examId and user_id = :userId
       and question ->> 'kind' = 'removal' and question ->> 'attemptId' = :attemptId) as asked`,
    { examId, userId, attemptId },
  );
  return row?.asked === true;
}
