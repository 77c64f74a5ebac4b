import type { Knex } from 'knex';
import type { AttemptKey } from '../contracts/exam-attempt';

/** Marks a live attempt for an operator; a reason given before (a failed effect) is the more urgent one and stays. */
export async function raiseAttention(knex: Knex, key: AttemptKey, reason: string): Promise<void> {
  await knex.raw(
    `update attempts set needs_attention = :reason
     where exam_id = :examId and user_id = :userId and number = :attemptNumber and needs_attention is null`,
    { ...key, reason },
  );
}
