import type { Knex } from 'knex';
import { CELL_STATES } from '../../domain/qualification/cells';
import type { QualificationRow } from '../../domain/qualification/statuses';
import type { Reason } from '../../domain/qualification/text';
import { queryRows } from '../core/query';
import { cellsFrom } from './draft-chunks';

const ROWS_PER_STATEMENT = 1_000;

/** A saved row with the names its student has now; null where nobody sent them. */
export interface NamedRow extends QualificationRow {
  username: string | null;
  fullName: string | null;
}

interface StoredRow extends Omit<NamedRow, 'cells' | 'reason'> {
  reason: Reason;
  points: (number | null)[];
  state: number[];
  groupIds: (string | null)[];
}

/** Adds the rows of a status, a thousand in a statement. */
export async function addStatusRows(trx: Knex, statusId: string, rows: readonly QualificationRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    const page = rows.slice(start, start + ROWS_PER_STATEMENT).map(toStored);
    await queryRows(
      trx,
      `insert into qualification_rows (status_id, position, user_id, qualifies, ruled, reason, points, state, group_ids)
       select :statusId, r.position, r."userId", r.qualifies, r.ruled, r.reason, r.points, r.state, r."groupIds"
       from json_to_recordset(cast(:rows as json)) as r(position integer, "userId" text, qualifies boolean, ruled boolean,
         reason jsonb, points integer[], state smallint[], "groupIds" bigint[])`,
      { statusId, rows: JSON.stringify(page) },
    );
  }
}

const NAMED = `
  select r.user_id as "userId", r.qualifies, r.ruled, r.reason, r.points, r.state, r.group_ids as "groupIds", r.position,
    l.username, l.full_name as "fullName"
  from qualification_rows r left join learners l on l.user_id = r.user_id`;

/** A page of a status's rows, in their stored order. */
export async function readStatusRows(
  knex: Knex,
  statusId: string,
  { after = -1, limit }: { after?: number | undefined; limit: number },
): Promise<NamedRow[]> {
  const rows = await queryRows<StoredRow>(
    knex,
    `${NAMED} where r.status_id = :statusId and r.position > :after order by r.position limit :limit`,
    { statusId, after, limit },
  );
  return rows.map(fromStored);
}

/** All rows, page by page. */
export async function* streamStatusRows(knex: Knex, statusId: string, limit: number): AsyncGenerator<NamedRow[]> {
  for (let after: number | undefined; ;) {
    const page = await readStatusRows(knex, statusId, { after, limit });
    if (page.length > 0) yield page;
    if (page.length < limit) return;
    after = page.at(-1)?.position;
  }
}

/** The rule's answers of a status by student: what a preview is held against. */
export async function readStatusAnswers(knex: Knex, statusId: string): Promise<Map<string, boolean>> {
  const rows = await queryRows<{ userId: string; ruled: boolean }>(
    knex,
    'select user_id as "userId", ruled from qualification_rows where status_id = :statusId',
    { statusId },
  );
  return new Map(rows.map(({ userId, ruled }) => [userId, ruled]));
}

function toStored({ cells, ...row }: QualificationRow): object {
  return {
    ...row,
    points: cells.map(({ points }) => points),
    state: cells.map(({ state }) => CELL_STATES.indexOf(state)),
    groupIds: cells.map(({ groupId }) => groupId),
  };
}

function fromStored({ points, state, groupIds, ...row }: StoredRow): NamedRow {
  const groups = groupIds.map((id) => (id === null ? null : Number(id)));
  return { ...row, cells: cellsFrom(points, state, groups) };
}
