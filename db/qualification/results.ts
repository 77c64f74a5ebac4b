import type { Knex } from 'knex';
import type { GroupResult } from '../../domain/qualification/group-result';
import type { PeriodAssignment } from '../../domain/qualification/model';
import { inPeriodOrder, studentResults, type StudentResults } from '../../domain/qualification/results';
import { queryRows } from '../core/query';
import { groupStateOf } from './group-states';

/** In the period's order. */
export async function readAssignments(knex: Knex, periodId: string): Promise<PeriodAssignment[]> {
  const rows = await queryRows<PeriodAssignment>(
    knex,
    `select assignment_id as "assignmentId", short_name as "shortName", long_name as "longName",
       published_at as "publishedAt", max_points as "maxPoints", passing_points as "passingPoints"
     from period_assignments where period_id = :periodId`,
    { periodId },
  );
  return inPeriodOrder(rows);
}

/** The students of a period, in the order their results are read in. */
export async function readStudentIds(knex: Knex, periodId: string): Promise<string[]> {
  const rows = await queryRows<{ userId: string }>(
    knex,
    'select user_id as "userId" from period_students where period_id = :periodId and related order by user_id',
    { periodId },
  );
  return rows.map(({ userId }) => userId);
}

export interface ResultsPage {
  /** Students behind this one. */
  after?: string | undefined;
  limit: number;
}

/** A page of students with all their groups, in one statement. */
export async function readResults(
  knex: Knex,
  periodId: string,
  assignments: readonly PeriodAssignment[],
  { after = '', limit }: ResultsPage,
): Promise<StudentResults[]> {
  const rows = await queryRows<PackedStudent>(knex, READ_PAGE, { periodId, after, limit });
  return rows.map(({ userId, packed }) => studentResults(assignments, userId, unpackGroups(packed)));
}

/** All students page by page. In one transaction that repeats its reads they are all of one moment. */
export async function* streamResults(
  trx: Knex,
  periodId: string,
  assignments: readonly PeriodAssignment[],
  pageSize: number,
): AsyncGenerator<StudentResults[]> {
  for (let after: string | undefined; ;) {
    const page = await readResults(trx, periodId, assignments, { after, limit: pageSize });
    if (page.length > 0) yield page;
    if (page.length < pageSize) return;
    after = page.at(-1)?.userId;
  }
}

/** Members of groups who are no students of the period, in the order of their ids. */
export async function readCandidatesOutside(
  knex: Knex,
  periodId: string,
): Promise<{ withFeedback: string[]; withoutFeedback: string[] }> {
  const rows = await queryRows<{ userId: string; hasFeedback: boolean }>(
    knex,
    `select m.user_id as "userId", bool_or(g.points is not null) as "hasFeedback"
     from period_group_members m join period_groups g on g.period_id = m.period_id and g.group_id = m.group_id
     where m.period_id = :periodId and not exists (select 1 from period_students s
       where s.period_id = m.period_id and s.user_id = m.user_id and s.related)
     group by m.user_id order by m.user_id`,
    { periodId },
  );
  const ids = (wanted: boolean): string[] =>
    rows.flatMap(({ userId, hasFeedback }) => (hasFeedback === wanted ? [userId] : []));
  return { withFeedback: ids(true), withoutFeedback: ids(false) };
}

/** A student's groups in one text: a million of them as rows would cost more to carry than to decide about. */
interface PackedStudent {
  userId: string;
  packed: string | null;
}

/** Characters no imported text may hold: between the fields of a group, and between groups. */
const [FIELD, GROUP] = ['\u001f', '\u001e'];

const PACKED = `(
  select string_agg(g.group_id || E'\\x1f' || g.assignment_id || E'\\x1f' || g.state || E'\\x1f' || coalesce(g.points::text, '')
    || E'\\x1f' || coalesce(g.passing::int::text, '') || E'\\x1f' || coalesce(g.grade, '') || E'\\x1f'
    || coalesce((extract(epoch from g.last_deadline_at) * 1000)::bigint::text, ''), E'\\x1e')
  from period_group_members m join period_groups g on g.period_id = m.period_id and g.group_id = m.group_id
  where m.period_id = :periodId and m.user_id = s.user_id) as packed`;

const READ_PAGE = `
  select s.user_id as "userId", ${PACKED}
  from (select user_id from period_students where period_id = :periodId and related and user_id > :after
    order by user_id limit :limit) s order by s.user_id`;

function unpackGroups(packed: string | null): GroupResult[] {
  return packed === null ? [] : packed.split(GROUP).map(unpackGroup);
}

function unpackGroup(text: string): GroupResult {
  const [groupId = '', assignmentId = '', state = '', points = '', passing = '', grade = '', deadline = ''] =
    text.split(FIELD);
  return {
    groupId: Number(groupId),
    assignmentId,
    state: groupStateOf(Number(state)),
    points: points === '' ? null : Number(points),
    passing: passing === '' ? null : passing === '1',
    grade: points === '' ? null : grade,
    lastDeadlineAt: deadline === '' ? null : new Date(Number(deadline)),
  };
}
