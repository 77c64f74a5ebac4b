import type { Knex } from 'knex';
import { ReviewPolicyHistoryModel, ReviewPolicyModel } from '../core/models';

interface ReviewPolicy {
  examId: number;
  policy: string;
  editedBy: string | null;
}

/** Stores an exam's policy; the one it replaces is archived. Run it in a transaction. */
export async function putReviewPolicy(trx: Knex, policy: ReviewPolicy, now: Date): Promise<void> {
  await archive(trx, policy.examId, now);
  await ReviewPolicyModel.query(trx).insert(policy).onConflict('exam_id').merge();
}

/** Takes an exam's policy away and archives it. False when it had none. Run it in a transaction. */
export async function removeReviewPolicy(trx: Knex, examId: number, now: Date): Promise<boolean> {
  await archive(trx, examId, now);
  return (await ReviewPolicyModel.query(trx).deleteById(examId)) > 0;
}

async function archive(trx: Knex, examId: number, replacedAt: Date): Promise<void> {
  const old = await ReviewPolicyModel.query(trx).findById(examId).forUpdate();
  if (old) await ReviewPolicyHistoryModel.query(trx).insert({ ...old, replacedAt });
}
