import type { Knex } from 'knex';
import { streamStatusRows } from '../../db/qualification/status-rows';
import { findStatus } from '../../db/qualification/statuses';
import { decidedThen } from '../../domain/qualification/decided-list';
import type { DecidedList } from '../../domain/qualification/differences';
import type { QualificationRow } from '../../domain/qualification/statuses';

const ROWS_PER_PAGE = 1_000;

/** What a status says of everybody; nobody where there is none. */
export async function savedList(knex: Knex, periodId: string, seq: number | null): Promise<DecidedList> {
  const status = seq === null ? undefined : await findStatus(knex, periodId, seq);
  if (status === undefined) return { assignmentIds: [], students: [] };
  const rows: QualificationRow[] = [];
  for await (const page of streamStatusRows(knex, status.statusId, ROWS_PER_PAGE)) rows.push(...page);
  return decidedThen(
    status.assignments.map(({ assignmentId }) => assignmentId),
    rows,
  );
}
