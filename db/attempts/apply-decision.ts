import type { Knex } from 'knex';
import { type Statement, runBatch } from '../core/batch';
import { type DecisionToApply, type DecidedEffect, archiveAndEffectsStatement } from './archive-and-effects';
import { storeReview } from './reviews/reviews';
import { rowStatements, STALE_ROW } from './row-writes';

interface ApplyOptions {
  /** Statements sent with the decision, after its own. */
  followUp?: readonly Statement[];
  /** Nothing follows in this transaction: it is committed with the last statement, if possible. */
  commit?: boolean;
}

/**
 * Writes an accepted decision: archive, effects, rows and review. The caller holds the learner's lock.
 * @returns the effects stored, in order; `claimed` ones are the caller's to try until the lease ends.
 * @throws StaleRowError when a row is not as it was decided on, which the lock should make impossible.
 */
export async function applyDecision(
  trx: Knex.Transaction,
  input: DecisionToApply,
  { followUp = [], commit = false }: ApplyOptions = {},
): Promise<DecidedEffect[]> {
  const archiveAndEffects = archiveAndEffectsStatement(input);
  const { review } = input.decision;
  const statements = [...(archiveAndEffects ? [archiveAndEffects] : []), ...rowStatements(input), ...followUp];
  const results = await runBatch(trx, statements, { commit: commit && !review }).catch(rethrowStaleRow);
  if (review) await storeReview(trx, review, { courseId: input.courseId, now: input.now });
  return archiveAndEffects ? (results[0] as DecidedEffect[]) : [];
}

/** A row changed between reading and writing: somebody wrote without the learner's lock. */
export class StaleRowError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StaleRowError';
  }
}

function rethrowStaleRow(error: Error & { code?: string }): never {
  throw error.code === STALE_ROW ? new StaleRowError(error.message) : error;
}
