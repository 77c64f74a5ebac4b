import type { Knex } from 'knex';
import { queryRows } from '../core/query';

export interface StudentNames {
  username: string;
  fullName: string;
}

/** Names of those who are learners here. */
export async function findNames(knex: Knex, userIds: readonly string[]): Promise<Map<string, StudentNames>> {
  if (userIds.length === 0) return new Map();
  const rows = await queryRows<StudentNames & { userId: string }>(
    knex,
    `select user_id as "userId", username, full_name as "fullName" from learners
     where user_id in (select id from json_array_elements_text(cast(:userIds as json)) as id)`,
    { userIds: JSON.stringify(userIds) },
  );
  return new Map(rows.map(({ userId, ...names }) => [userId, names]));
}

/** Those of these learners whose user name is another's, stored or among them. */
export async function takenUsernames(
  trx: Knex,
  learners: readonly { userId: string; username: string }[],
): Promise<Set<string>> {
  if (learners.length === 0) return new Set();
  const rows = await queryRows<{ userId: string }>(trx, TAKEN, { learners: JSON.stringify(learners) });
  return new Set(rows.map(({ userId }) => userId));
}

const TAKEN = `
  with given as (select * from json_to_recordset(cast(:learners as json)) as r("userId" text, username text))
  select g."userId" from given g join learners l on l.username = g.username where l.user_id <> g."userId"
  union
  select g."userId" from given g join given other on other.username = g.username where other."userId" < g."userId"`;
