import type { Knex } from 'knex';
import type { AttentionReason } from '../../contracts/attempts/attention';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { writeRows } from '../core/query';

/** Calls for a person to look at a live attempt; the reasons it has already stay, in the order in which they came. */
export async function raiseAttention(knex: Knex, key: AttemptKey, reason: AttentionReason): Promise<void> {
  await writeRows(
    knex,
    `update attempts a set attention_reasons = ${appendReason(`cast(:reason as text)`)}
     where exam_id = :examId and user_id = :userId and number = :attemptNumber and ${isWanting(reason)}
       and not (:reason = any (attention_reasons))`,
    { ...key, reason },
  );
}

/** Takes one reason back, and leaves the others alone. */
export async function relieveAttention(knex: Knex, key: AttemptKey, reason: AttentionReason): Promise<void> {
  await writeRows(
    knex,
    `update attempts a set attention_reasons = array_remove(attention_reasons, :reason)
     where exam_id = :examId and user_id = :userId and number = :attemptNumber and :reason = any (attention_reasons)`,
    { ...key, reason },
  );
}

/** SQL for the reasons of attempt `a` with one more at the end. */
export function appendReason(reason: string): string {
  return `array_append(array_remove(a.attention_reasons, ${reason}), ${reason})`;
}

/** A review that came meanwhile is not overdue. */
function isWanting(reason: AttentionReason): string {
  return reason === 'review-overdue' ? 'review_due_at is not null' : 'true';
}
