import type { Knex } from 'knex';
import type { AttemptKey } from '../contracts/exam-attempt';

/** 1 + the highest number ever used by exam and learner, live or archived. Sure only under the learner's lock. */
export async function nextAttemptNumber(knex: Knex, examId: number, userId: string): Promise<number> {
  const { rows } = await knex.raw<{ rows: [{ next: number }] }>(
    `select 1 + greatest(0,
       (select max(number) from attempts where exam_id = :examId and user_id = :userId),
       (select max(number) from attempt_archive where exam_id = :examId and user_id = :userId)) as next`,
    { examId, userId },
  );
  return rows[0].next;
}

/** The current attempt's key, id and code; undefined when the learner has none on the exam. */
export async function currentRef(
  knex: Knex,
  examId: number,
  userId: string,
): Promise<(AttemptKey & { attemptId: string; attemptCode: string }) | undefined> {
  const { rows } = await knex.raw<{ rows: (AttemptKey & { attemptId: string; attemptCode: string })[] }>(
    `select exam_id as "examId", user_id as "userId", number as "attemptNumber", id as "attemptId", code as "attemptCode"
     from attempts where exam_id = ? and user_id = ? and is_current`,
    [examId, userId],
  );
  return rows[0];
}
