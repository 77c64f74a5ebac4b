import type { Knex } from 'knex';
import type { SealingKeys } from '../../config/sealing-keys';
import type { ExportCursor } from '../../contracts/exports/messages';
import type { ClickThrough, Consent, EnrollmentFacts, ExportLevel, Transmission } from '../../domain/exports/model';
import { queryRow, queryRows, whereGiven } from '../core/query';
import { openClickThrough } from './click-throughs';

/** One learner's one course run, or (both absent) everybody of the customer. */
export interface SelectionFilter {
  userId?: string;
  courseRunId?: string;
}

/** An enrollment with everything stored that the rules need, and the learner's name at the platform's services. */
export interface SelectedEnrollment {
  facts: EnrollmentFacts;
  /** Null where the account is gone and no name was left. */
  username: string | null;
}

export interface SelectionPageRequest {
  customerId: string;
  /** The ledger's number of the channel: only what was sent to it is joined. */
  configurationId: string;
  level: ExportLevel;
  filter: SelectionFilter;
  after: ExportCursor | null;
  limit: number;
  /** Needed where learners have click-throughs (Cornerstone), whose tokens are sealed. */
  keys?: SealingKeys | undefined;
}

/**
 * The next selected enrollments in the order of an export (course run, enrollment), in one statement however many there
 * are: link, consents for run and key, and the last transmissions joined. Selected is who belongs to the customer,
 * active and linked (docs/recorded-behaviour.md#export-rule-1); the enrollment's own `is_active` is not looked at.
 */
export async function selectPage(knex: Knex, request: SelectionPageRequest): Promise<SelectedEnrollment[]> {
  const { customerId, configurationId, level, filter, after, limit } = request;
  const values = { customerId, ...filter, ...(after && { afterRun: after.courseRunId, afterId: after.enrollmentId }) };
  const rows = await queryRows<SelectionRow>(knex, pageSql(values), { ...values, configurationId, level, limit });
  return rows.map((row) => selectedOf(row, request));
}

/** Where the next page begins. */
export function cursorAfter(page: readonly SelectedEnrollment[]): ExportCursor | null {
  const last = page.at(-1)?.facts.enrollment;
  return last === undefined ? null : { courseRunId: last.courseRunId, enrollmentId: last.id };
}

/** How many enrollments a run selects, and how many of the same filter it does not (inactive or unlinked). */
export async function countSelection(
  knex: Knex,
  customerId: string,
  filter: SelectionFilter,
): Promise<{ selected: number; notSelected: number }> {
  const values = { customerId, ...filter };
  const counts = await queryRow<{ selected: number; total: number }>(
    knex,
    `select cast(count(*) filter (where l.active and l.linked) as float8) as selected, cast(count(*) as float8) as total
     from enrollments e join customer_learners l using (customer_id, user_id) ${whereGiven(CONDITIONS, values)}`,
    values,
  );
  const { selected = 0, total = 0 } = counts ?? {};
  return { selected, notSelected: total - selected };
}

const CONDITIONS = {
  customerId: 'e.customer_id = :customerId',
  userId: 'e.user_id = :userId',
  courseRunId: 'e.course_run_id = :courseRunId',
  afterRun: '(e.course_run_id, e.id) > (:afterRun, cast(:afterId as bigint))',
};

interface SelectionRow {
  id: string;
  userId: string;
  courseRunId: string;
  courseKey: string | null;
  mode: string | null;
  active: boolean;
  linked: boolean;
  userExists: boolean;
  username: string | null;
  email: string | null;
  remoteId: string | null;
  consents: Consent[] | null;
  clickThrough: ClickThrough | null;
  transmissions: StoredTransmission[] | null;
}

type StoredTransmission = Pick<Transmission, 'sequence' | 'courseId' | 'subsectionId' | 'grade' | 'courseCompleted'>;

/** The last accepted of each course and subsection is enough for the rules, and bounds what is read. */
const pageSql = (values: object): string => `
  with page as materialized (
    select e.id, e.user_id, e.course_run_id, e.course_key, e.mode, l.active, l.linked, l.user_exists, l.username, l.email,
      l.remote_id
    from enrollments e join customer_learners l using (customer_id, user_id)
    ${whereGiven(CONDITIONS, values)} and l.active and l.linked
    order by e.course_run_id, e.id limit :limit
  )
  select cast(p.id as text) as id, p.user_id as "userId", p.course_run_id as "courseRunId", p.course_key as "courseKey",
    p.mode, p.active, p.linked, p.user_exists as "userExists", coalesce(p.username, u.username) as username,
    coalesce(p.email, nullif(u.email, '')) as email, p.remote_id as "remoteId", c.consents, t.transmissions,
    case when k.user_id is not null then json_build_object('courseKey', k.course_key, 'userGuid', k.user_guid,
      'sessionToken', k.session_token, 'callbackUrl', k.callback_url, 'subdomain', k.subdomain) end as "clickThrough"
  from page p
  left join learners u on u.user_id = p.user_id
  left join click_throughs k
    on k.customer_id = :customerId and k.user_id = p.user_id and k.course_key = p.course_key
  left join lateral (
    select json_agg(json_build_object('courseId', s.course_id, 'granted', s.granted)) as consents
    from consents s
    where s.customer_id = :customerId and s.user_id = p.user_id and s.course_id in (p.course_run_id, p.course_key)
  ) c on true
  left join lateral (
    select json_agg(json_build_object('sequence', x.id, 'courseId', x.course_id,
      'subsectionId', nullif(x.subsection_id, ''), 'grade', x.grade, 'courseCompleted', x.course_completed)
      order by x.id) as transmissions
    from (
      select distinct on (t.course_id, t.subsection_id) t.id, t.course_id, t.subsection_id, t.grade, t.course_completed
      from transmissions t
      where t.configuration_id = :configurationId and t.enrollment_id = p.id and t.kind = :level and t.is_transmitted
      order by t.course_id, t.subsection_id, t.id desc
    ) x
  ) t on true
  order by p.course_run_id, p.id`;

function selectedOf(
  row: SelectionRow,
  { customerId, configurationId, keys }: SelectionPageRequest,
): SelectedEnrollment {
  const { id, userId, courseRunId, courseKey, mode, active, linked, userExists, username, remoteId, email } = row;
  const clickThrough = row.clickThrough && openClickThrough(keys, row.clickThrough, { customerId, userId });
  const own = { configurationId, enrollmentId: id, transmitted: true };
  const identity = { remoteId, email, clickThrough };
  return {
    username,
    facts: {
      enrollment: { id, courseRunId, courseKey, mode },
      link: { userId, customerId, active, linked, userExists, identity },
      consents: row.consents ?? [],
      transmissions: (row.transmissions ?? []).map((transmission) => ({ ...transmission, ...own })),
    },
  };
}
