import type { Knex } from 'knex';
import type { PeriodAssignment } from '../../domain/qualification/model';
import { lastOfEach } from '../core/last-of-each';
import { queryRows } from '../core/query';

/** Most rows one of these functions takes: one statement. */
export const PERIOD_ROWS_PER_STATEMENT = 1_000;

export interface AssignmentRow extends PeriodAssignment {
  mapper: string | null;
}

export interface StudentRow {
  userId: string;
  related: boolean;
  candidateId: string | null;
  tags: string[];
}

export async function upsertAssignments(
  trx: Knex,
  periodId: string,
  assignments: readonly AssignmentRow[],
): Promise<void> {
  await writePeriodRecords(
    trx,
    `insert into period_assignments (period_id, assignment_id, short_name, long_name, published_at, max_points,
       passing_points, mapper)
     select :periodId, r."assignmentId", r."shortName", r."longName", r."publishedAt", r."maxPoints", r."passingPoints",
       r.mapper
     from json_to_recordset(cast(:rows as json)) as r("assignmentId" text, "shortName" text, "longName" text,
       "publishedAt" timestamptz, "maxPoints" integer, "passingPoints" integer, mapper text)
     on conflict (period_id, assignment_id) do update set short_name = excluded.short_name,
       long_name = excluded.long_name, published_at = excluded.published_at, max_points = excluded.max_points,
       passing_points = excluded.passing_points, mapper = excluded.mapper`,
    { periodId },
    lastOfEach(assignments, ({ assignmentId }) => assignmentId),
  );
}

export async function upsertStudents(trx: Knex, periodId: string, students: readonly StudentRow[]): Promise<void> {
  await writePeriodRecords(
    trx,
    `insert into period_students (period_id, user_id, related, candidate_id, tags)
     select :periodId, r."userId", r.related, r."candidateId", r.tags
     from json_to_recordset(cast(:rows as json)) as r("userId" text, related boolean, "candidateId" text, tags text[])
     on conflict (period_id, user_id) do update set related = excluded.related, candidate_id = excluded.candidate_id,
       tags = excluded.tags`,
    { periodId },
    lastOfEach(students, ({ userId }) => userId),
  );
}

const KEYS = {
  assignment: { table: 'period_assignments', column: 'assignment_id', type: 'text' },
  student: { table: 'period_students', column: 'user_id', type: 'text' },
  group: { table: 'period_groups', column: 'group_id', type: 'bigint' },
} as const;

export type PeriodRowKind = keyof typeof KEYS;

/** Removes rows and what hangs on them: an assignment goes with its groups. Unknown keys are no error. */
export async function deletePeriodRows(
  trx: Knex,
  periodId: string,
  kind: PeriodRowKind,
  keys: readonly (string | number)[],
): Promise<void> {
  if (keys.length === 0) return;
  await removeByKeys(trx, periodId, kind, keys, 'in');
}

/** Removes what a complete file doesn't name. @returns how many rows. */
export async function deleteUnnamedRows(
  trx: Knex,
  periodId: string,
  kind: PeriodRowKind,
  named: readonly (string | number)[],
): Promise<number> {
  return removeByKeys(trx, periodId, kind, named, 'not in');
}

async function removeByKeys(
  trx: Knex,
  periodId: string,
  kind: PeriodRowKind,
  keys: readonly (string | number)[],
  which: 'in' | 'not in',
): Promise<number> {
  const { table, column, type } = KEYS[kind];
  const [row] = await queryRows<{ removed: number }>(
    trx,
    `with removed as (
       delete from ${table} where period_id = :periodId and ${column} ${which} (
         select cast(key as ${type}) from json_array_elements_text(cast(:keys as json)) as key)
       returning 1)
     select count(*)::int as removed from removed`,
    { periodId, keys: JSON.stringify(keys) },
  );
  return row?.removed ?? 0;
}

/** Which of these assignments the period has. */
export async function knownAssignments(trx: Knex, periodId: string): Promise<Set<string>> {
  const rows = await queryRows<{ id: string }>(
    trx,
    'select assignment_id as id from period_assignments where period_id = :periodId',
    { periodId },
  );
  return new Set(rows.map(({ id }) => id));
}

/** Runs a statement over rows given as JSON; nothing for none. */
export async function writePeriodRecords(
  trx: Knex,
  sql: string,
  values: Record<string, string>,
  rows: readonly object[],
): Promise<void> {
  if (rows.length > 0) await queryRows(trx, sql, { ...values, rows: JSON.stringify(rows) });
}
