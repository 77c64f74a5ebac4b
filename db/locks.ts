import type { Knex } from 'knex';
import { textLiteral } from './text-literal';

/** Takes the learner's lock until the transaction ends: all that is decided about one learner is decided one by one. */
export async function lockLearner(trx: Knex, userId: string): Promise<void> {
  await trx.raw(learnerLockSql(userId));
}

/** The statement `lockLearner` runs, for callers that send it together with others. */
export function learnerLockSql(userId: string): string {
  return `select pg_advisory_xact_lock(hashtextextended('learner:' || ${textLiteral(userId)}, 0))`;
}
