import type { Knex } from 'knex';
import { queryRows } from '../core/query';

/** A provider that active proctored exams name, theirs or their course's. */
export interface ProviderInUse {
  provider: string;
  courses: number;
}

export function readProvidersInUse(knex: Knex): Promise<ProviderInUse[]> {
  return queryRows<ProviderInUse>(knex, IN_USE);
}

const IN_USE = `
  select coalesce(e.provider, c.proctoring_provider) as provider, count(distinct e.course_id)::int as courses
  from exams e join courses c on c.course_id = e.course_id
  where e.is_active and e.is_proctored and coalesce(e.provider, c.proctoring_provider) is not null
  group by 1 order by 1`;
