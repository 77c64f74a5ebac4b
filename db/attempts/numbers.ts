import type { Knex } from 'knex';
import { queryRow } from '../core/query';

/** SQL for 1 + the highest number ever used by exam and learner (`:examId`, `:userId`), live or archived. */
export const NEXT_NUMBER = `1 + greatest(0,
  (select max(number) from attempts where exam_id = :examId and user_id = :userId),
  (select max(number) from attempt_archive where exam_id = :examId and user_id = :userId))`;

/** The number of the learner's next attempt on the exam. Sure only under the learner's lock. */
export async function nextAttemptNumber(knex: Knex, examId: number, userId: string): Promise<number> {
  const row = await queryRow<{ next: number }>(knex, `select ${NEXT_NUMBER} as next`, { examId, userId });
  return row?.next ?? 1;
}
