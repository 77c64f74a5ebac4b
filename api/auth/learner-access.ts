import type { Knex } from 'knex';
import { ApiError } from '../../contracts/api-error';
import { learnersWithin } from '../../db/courses/learners-within';
import type { Principal } from './principal';

/**
 * Those whose names and addresses a token may write. A limited one reaches learners of its courses or customers who are not also
 * others', and new ones; a vendor's reaches none.
 */
export async function writableLearners(
  knex: Knex,
  { courses, customers, provider }: Principal,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (provider !== undefined) return new Set();
  if (courses === undefined && customers === undefined) return new Set(userIds);
  const reachesNobody = [...(courses ?? []), ...(customers ?? [])].length === 0;
  if (reachesNobody) return new Set();
  const within = await learnersWithin(knex, userIds, { courses, customers });
  return new Set(userIds.filter((userId) => within.get(userId) ?? true));
}

/** @throws ApiError `learner-not-found` for somebody outside the token's limits. */
export async function requireWritableLearner(knex: Knex, principal: Principal, userId: string): Promise<void> {
  const writable = await writableLearners(knex, principal, [userId]);
  if (!writable.has(userId)) throw new ApiError('learner-not-found');
}
