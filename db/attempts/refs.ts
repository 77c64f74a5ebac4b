import type { Knex } from 'knex';
import type { AttemptKey, AttemptRef } from '../../contracts/attempts/messages';
import { type PhaseFacts, phaseOf } from '../../domain/attempts/statuses';
import { defineStatement, runStatement } from '../core/batch';
import { queryRow } from '../core/query';
import { ATTEMPT_JOINS } from './find';
import { attemptProviderSql, effectiveProviderSql } from './json';
import { NEXT_NUMBER } from './numbers';

/**
 * Looks among the live attempts, then for the newest archived row of that code: `findByCode` without all that only a view
 * needs. Every command begins with it, so it reads one row of three tables by their keys.
 */
export async function findAttemptRef(knex: Knex, code: string): Promise<AttemptRef | undefined> {
  for (const statement of [LIVE, ARCHIVED]) {
    const [row] = await runStatement<RefRow>(knex, { statement, values: { code } });
    if (row) return toAttemptRef(row);
  }
  return undefined;
}

/** The attempt a workflow is of, for whoever wakes it. Undefined when its exam is gone. */
export async function findOwnerRef(knex: Knex, key: AttemptKey): Promise<AttemptRef | undefined> {
  const row = await queryRow<Omit<RefRow, keyof AttemptKey>>(knex, OWNER, key);
  return row && toAttemptRef({ ...row, ...key });
}

/** A learner's next attempt on an exam; its number is sure only under the learner's lock. Undefined without the exam. */
export async function findNextRef(
  knex: Knex,
  examId: number,
  userId: string,
): Promise<{ ref: AttemptRef; learnerExists: boolean } | undefined> {
  type Row = Pick<AttemptRef, 'attemptNumber' | 'courseId' | 'examName' | 'provider'> & { learnerExists: boolean };
  const [row] = await runStatement<Row>(knex, { statement: NEXT, values: { examId, userId } });
  if (!row) return undefined;
  const { learnerExists, ...next } = row;
  return { ref: { examId, userId, phase: 'open', ...next }, learnerExists };
}

/** `status` null: there is no such attempt (any more). */
type RefRow = Omit<AttemptRef, 'phase'> & Omit<PhaseFacts, 'status'> & { status: PhaseFacts['status'] | null };

function toAttemptRef({ status, takingAsProctored, isSampleAttempt, ...ref }: RefRow): AttemptRef {
  return { ...ref, phase: status === null ? 'removed' : phaseOf({ status, takingAsProctored, isSampleAttempt }) };
}

const COURSE = `e.course_id as "courseId"`;
const OF_ATTEMPT = `${attemptProviderSql('a', 'e')} as provider`;
const OF_EXAM = `${effectiveProviderSql('e', 'c')} as provider`;
const PHASE_FACTS = 'a.taking_as_proctored as "takingAsProctored", a.is_sample_attempt as "isSampleAttempt"';

const selectOf = (status: string): string => `select a.exam_id as "examId", a.user_id as "userId",
  a.number as "attemptNumber", ${status} as status, ${PHASE_FACTS}, ${COURSE}, ${OF_ATTEMPT}`;

const LIVE = defineStatement(
  'live_attempt_ref',
  `${selectOf('a.status')} from attempts a ${ATTEMPT_JOINS} where a.code = :code limit 1`,
);

const ARCHIVED = defineStatement(
  'archived_attempt_ref',
  `${selectOf('null')} from attempt_archive a ${ATTEMPT_JOINS} where a.code = :code order by a.id desc limit 1`,
);

const OWNER = `
  select a.status, ${PHASE_FACTS}, ${COURSE}, e.exam_name as "examName",
    case when a.id is null then ${effectiveProviderSql('e', 'c')} else ${attemptProviderSql('a', 'e')} end as provider
  from exams e join courses c on c.course_id = e.course_id
  left join attempts a on a.exam_id = e.id and a.user_id = :userId and a.number = :attemptNumber
  where e.id = :examId`;

const NEXT = defineStatement(
  'next_attempt_ref',
  `select ${COURSE}, ${OF_EXAM}, e.exam_name as "examName", ${NEXT_NUMBER} as "attemptNumber",
    exists (select 1 from learners l where l.user_id = :userId) as "learnerExists"
  from exams e join courses c on c.course_id = e.course_id
  where e.id = :examId`,
);
