import type { Knex } from 'knex';
import { queryRows } from '../core/query';

/** What a caller is limited to; a dimension that is absent does not limit. */
export interface LearnerLimits {
  courses?: readonly string[] | undefined;
  customers?: readonly string[] | undefined;
}

/**
 * Of the learners that exist, who belongs to the courses or customers of the limits and to none beside them: by their attempts,
 * and by whose learners they are. One who belongs nowhere is not within.
 */
export async function learnersWithin(
  knex: Knex,
  userIds: readonly string[],
  { courses, customers }: LearnerLimits,
): Promise<Map<string, boolean>> {
  const values = {
    userIds: JSON.stringify(userIds),
    courses: JSON.stringify(courses ?? []),
    customers: JSON.stringify(customers ?? []),
    byCourse: courses !== undefined,
    byCustomer: customers !== undefined,
  };
  const rows = await queryRows<{ userId: string; isWithin: boolean }>(knex, WITHIN, values);
  return new Map(rows.map(({ userId, isWithin }) => [userId, isWithin]));
}

const WITHIN = `
  select l.user_id as "userId", coalesce(bool_and(m.inside), false) as "isWithin"
  from learners l
  left join lateral (
    select a.course_id in (select jsonb_array_elements_text(cast(:courses as jsonb))) as inside
    from attempts a where a.user_id = l.user_id and cast(:byCourse as boolean)
    union all
    select c.customer_id in (select jsonb_array_elements_text(cast(:customers as jsonb)))
    from customer_learners c where c.user_id = l.user_id and cast(:byCustomer as boolean)
  ) m on true
  where l.user_id in (select jsonb_array_elements_text(cast(:userIds as jsonb)))
  group by l.user_id`;
