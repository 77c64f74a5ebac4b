import type { Knex } from 'knex';
import type { Answers, Question } from '../../domain/attempts/decision';
import type { NewAttempt } from '../../domain/attempts/model';
import { defineStatement, runStatement, type Statement } from '../core/batch';
import { queryRow, queryRows, writeRows } from '../core/query';
import type { AppliedCommand } from './applied-commands';

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
