import type { Knex } from 'knex';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { writeRows } from '../core/query';

/**
 * Marks a live attempt whose review is overdue for an operator. A reason given before (a failed effect) is the more urgent
 * one and stays; an attempt decided meanwhile needs none.
 */
export async function raiseAttention(knex: Knex, key: AttemptKey, reason: string): Promise<void> {
  await writeRows(
    knex,
    `update attempts set needs_attention = :reason
     where exam_id = :examId and user_id = :userId and number = :attemptNumber and needs_attention is null
       and review_due_at is not null`,
    { ...key, reason },
  );
}
