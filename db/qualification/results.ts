import type { Knex } from 'knex';
import type { PeriodAssignment } from '../../domain/qualification/model';
import { inPeriodOrder, type StudentResults } from '../../domain/qualification/results';
import { queryRows } from '../core/query';
import { PACKED_GROUP, type PackedStudent, unpackStudent } from './packed-groups';

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
  return rows.map((student) => unpackStudent(assignments, student));
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

const READ_PAGE = `
  select s.user_id as "userId", (
    select string_agg(${PACKED_GROUP}, E'\\x1f')
    from period_group_members m join period_groups g on g.period_id = m.period_id and g.group_id = m.group_id
    where m.period_id = :periodId and m.user_id = s.user_id) as packed
  from (select user_id from period_students where period_id = :periodId and related and user_id > :after
    order by user_id limit :limit) s order by s.user_id`;
