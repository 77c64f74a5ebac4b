import type { Knex } from 'knex';
import { lastOfEach } from '../core/last-of-each';
import { LearnerModel } from '../core/models';

export interface Learner {
  userId: string;
  username: string;
  email: string;
  fullName: string;
  active: boolean;
  /** BCP 47; absent or null: the installation's. */
  language?: string | null;
}

export async function findLearner(knex: Knex, userId: string): Promise<Learner | undefined> {
  return LearnerModel.query(knex).findById(userId);
}

/** Those of the learners that exist. */
export async function knownLearners(knex: Knex, userIds: readonly string[]): Promise<Set<string>> {
  const rows = await LearnerModel.query(knex)
    .select('user_id')
    .whereIn('user_id', [...userIds]);
  return new Set(rows.map(({ userId }) => userId));
}

/** Stores a learner. @throws objection's UniqueViolationError when another learner has the username. */
export async function upsertLearner(knex: Knex, learner: Learner): Promise<Learner> {
  return LearnerModel.query(knex).insert(learner).onConflict('user_id').merge().returning('*');
}

/** Stores up to a thousand learners in one statement; of rows with the same userId the last one counts. */
export async function upsertLearners(knex: Knex, learners: readonly Learner[]): Promise<void> {
  const rows = lastOfEach(learners, ({ userId }) => userId);
  if (rows.length === 0) return;
  await LearnerModel.query(knex).insert(rows).onConflict('user_id').merge();
}
