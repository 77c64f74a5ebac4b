import type { Knex } from 'knex';
import { storeReview } from './reviews/reviews';
import { rowStops, STALE_ROW } from './row-writes';
import { type DecisionToApply, type DueOutside, outcomeStop } from './store-outcome';
import { type Stop, trip } from '../core/batch';

interface Together {
  /** Statements that travel with the decision, after its own. */
  also?: readonly Stop[];
  /** Nothing else follows in this transaction: it is committed with the last statement, if that can be. */
  last?: boolean;
}

/**
 * Writes an accepted decision: archive, effects, rows and review. The caller holds the learner's lock.
 * @returns the effects stored, in order; `claimed` ones are the caller's to try until the lease ends.
 * @throws StaleRowError when a row is not as it was judged, which the lock should make impossible.
 */
export async function applyDecision(
  trx: Knex.Transaction,
  input: DecisionToApply,
  { also = [], last = false }: Together = {},
): Promise<DueOutside[]> {
  const outcome = outcomeStop(input);
  const { review } = input.decision;
  const stops = [...(outcome ? [outcome] : []), ...rowStops(input), ...also];
  const results = await trip(trx, stops, { commit: last && !review }).catch(staleOr);
  if (review) await storeReview(trx, review, { courseId: input.courseId, now: input.now });
  return outcome ? (results[0] as DueOutside[]) : [];
}

/** A row changed between reading and writing: somebody wrote without the learner's lock. */
export class StaleRowError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StaleRowError';
  }
}

function staleOr(error: Error & { code?: string }): never {
  throw error.code === STALE_ROW ? new StaleRowError(error.message) : error;
}
