import type { Knex } from 'knex';
import type { Answers, Question } from '../../domain/attempts/decision';
import type { NewAttempt } from '../../domain/attempts/model';
import { defineStatement, runBatch } from '../core/batch';
import { learnerLockStatement } from '../core/locks';
import { writeRows } from '../core/query';
import { identityTakenSql } from './commands';

/**
 * A registration that a command of the learner on the exam began and no attempt uses yet: asked for, or answered. Whoever creates
 * the next attempt goes on with it, so that a provider registers the learner once.
 */
export interface OpenRegistration {
  newAttempt: NewAttempt;
  question: Extract<Question, { kind: 'registration' }>;
  answers: Answers;
}

/** SQL for the `OpenRegistration` of exam `e` and learner `:userId` that another command than `:commandId` began, or null. */
export const OPEN_REGISTRATION = `(select jsonb_build_object('newAttempt', r.new_attempt, 'question', r.question, 'answers', r.answers)
  from commands r
  where r.exam_id = e.id and r.user_id = :userId and r.state = 'asking' and r.command_id <> :commandId
    and r.question ->> 'kind' = 'registration' and r.answers #>> '{registration,outcome}' is distinct from 'refused'
    and not ${identityTakenSql('r')}
  order by r.answers -> 'registration' is null, r.at desc limit 1)`;

/** A question's turn to be asked. */
export interface Turn {
  /**
   * `claimed`: the caller asks now; of a registration nobody else does until the lease ends. `answered`: an answer is stored.
   * `busy`: somebody else is asking.
   */
  turn: 'claimed' | 'answered' | 'busy';
  question: Question | null;
}

/**
 * Takes the turn to ask a command's question. All questions for a registration under one identity take turns, whatever command,
 * workflow or worker they are from; who finds an answer to another one's takes it over. Undefined when the command is gone.
 */
export async function takeTurn(
  knex: Knex,
  { commandId, userId, leaseMs }: { commandId: string; userId: string; leaseMs: number },
): Promise<Turn | undefined> {
  const [, rows] = await knex.transaction((trx) =>
    runBatch(trx, [learnerLockStatement(userId), { statement: TAKE_TURN, values: { commandId, leaseMs } }], {
      commit: true,
    }),
  );
  return rows?.[0] as Turn | undefined;
}

const TAKE_TURN = defineStatement(
  'take_turn',
  `with mine as (
    select exam_id, user_id, question, new_attempt ->> 'id' as id from commands where command_id = :commandId
  ), family as (
    select c.answers, c.asked_until from commands c join mine m on c.exam_id = m.exam_id and c.user_id = m.user_id
      and c.new_attempt ->> 'id' = m.id
    where m.question ->> 'kind' = 'registration'
  ), answered as (
    select answers -> 'registration' as registration from family where answers -> 'registration' is not null limit 1
  ), copied as (
    update commands set answers = jsonb_build_object('registration', (select registration from answered)) || answers
    where command_id = :commandId and exists (select 1 from answered)
  ), claimed as (
    update commands set asked_until = clock_timestamp() + make_interval(secs => cast(:leaseMs as float8) / 1000)
    where command_id = :commandId and not exists (select 1 from answered)
      and not exists (select 1 from family where asked_until > clock_timestamp())
    returning 1
  )
  select question, case when exists (select 1 from answered) then 'answered' when exists (select 1 from claimed) then 'claimed'
    else 'busy' end as turn
  from mine`,
);

/** Keeps the turn for so long from now; 0 gives it up. */
export async function keepTurn(knex: Knex, commandId: string, leaseMs: number): Promise<void> {
  await writeRows(
    knex,
    `update commands set asked_until = clock_timestamp() + make_interval(secs => cast(:leaseMs as float8) / 1000)
     where command_id = :commandId`,
    { commandId, leaseMs },
  );
}

/** Deletes all questions under an identity whose registration is taken back: none of their commands may use it. */
export async function dropRegistration(
  trx: Knex,
  { examId, userId, id }: { examId: number; userId: string; id: string },
): Promise<void> {
  await writeRows(
    trx,
    `delete from commands where exam_id = :examId and user_id = :userId and state = 'asking' and new_attempt ->> 'id' = :id`,
    { examId, userId, id },
  );
}
