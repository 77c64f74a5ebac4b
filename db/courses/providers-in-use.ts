import type { Knex } from 'knex';
import { HAS_WORK_AHEAD } from '../attempts/unserved';
import { queryRows } from '../core/query';

/** A provider that active proctored exams name, theirs or their course's, or that registered attempts with work ahead. */
export interface ProviderInUse {
  provider: string;
  courses: number;
  attempts: number;
}

export function readProvidersInUse(knex: Knex): Promise<ProviderInUse[]> {
  return queryRows<ProviderInUse>(knex, IN_USE);
}

const IN_USE = `
  select provider, sum(courses)::int as courses, sum(attempts)::int as attempts from (
    select coalesce(e.provider, c.proctoring_provider) as provider, count(distinct e.course_id) as courses, 0 as attempts
    from exams e join courses c on c.course_id = e.course_id where e.is_active and e.is_proctored group by 1
    union all
    select a.provider, 0, count(*) from attempts a where a.external_id is not null and ${HAS_WORK_AHEAD} group by 1
  ) used
  where provider is not null group by 1 order by 1`;
