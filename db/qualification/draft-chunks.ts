import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Knex } from 'knex';
import { CELL_STATES, type ResultCell } from '../../domain/qualification/cells';
import type { StudentDecision } from '../../domain/qualification/evaluation';
import type { Reason } from '../../domain/qualification/text';
import { queryRows } from '../core/query';

const compress = promisify(gzip);
const uncompress = promisify(gunzip);

/** How many students one chunk holds; the last one has fewer. */
export const STUDENTS_PER_CHUNK = 1_000;

/** A student in a chunk: id, answer, reason, then points, states and groups of all cells. */
type PackedDecision = [string, 0 | 1, string, Reason['params'], (number | null)[], number[], (number | null)[]];

/** Stores a chunk of a preview, in the order of the students' ids. */
export async function storeChunk(
  trx: Knex,
  draftId: string,
  chunk: number,
  decisions: readonly StudentDecision[],
): Promise<void> {
  const content = await compress(JSON.stringify(decisions.map(packDecision)), { level: 1 });
  const firstUserId = decisions[0]?.userId ?? '';
  await queryRows(
    trx,
    `insert into qualification_draft_chunks (draft_id, chunk, first_user_id, students, content)
     values (:draftId, :chunk, :firstUserId, :students, :content)`,
    { draftId, chunk, firstUserId, students: decisions.length, content },
  );
}

/** The chunks from the one on that may hold students behind `after`, one by one. */
export async function* readChunks(
  knex: Knex,
  draftId: string,
  after?: string,
): AsyncGenerator<StudentDecision[], void, undefined> {
  const chunks = await queryRows<{ chunk: number }>(
    knex,
    `select chunk from qualification_draft_chunks where draft_id = :draftId and chunk >= coalesce((
       select max(chunk) from qualification_draft_chunks where draft_id = :draftId and first_user_id <= :after), 0)
     order by chunk`,
    { draftId, after: after ?? '' },
  );
  for (const { chunk } of chunks) {
    const [row] = await queryRows<{ content: Buffer }>(
      knex,
      'select content from qualification_draft_chunks where draft_id = :draftId and chunk = :chunk',
      { draftId, chunk },
    );
    if (row !== undefined) yield unpackDecisions(await uncompress(row.content));
  }
}

function packDecision({ userId, qualifies, reason, cells }: StudentDecision): PackedDecision {
  const packed: PackedDecision = [userId, qualifies ? 1 : 0, reason.code, reason.params, [], [], []];
  for (const { points, state, groupId } of cells) {
    packed[4].push(points);
    packed[5].push(CELL_STATES.indexOf(state));
    packed[6].push(groupId);
  }
  return packed;
}

function unpackDecisions(content: Buffer): StudentDecision[] {
  const packed = JSON.parse(content.toString('utf8')) as PackedDecision[];
  return packed.map(([userId, qualifies, code, params, points, states, groupIds]) => ({
    userId,
    qualifies: qualifies === 1,
    reason: { code, params },
    cells: cellsFrom(points, states, groupIds),
  }));
}

/** The cells of columns stored side by side. */
export function cellsFrom(
  points: readonly (number | null)[],
  states: readonly number[],
  groupIds: readonly (number | null)[],
): ResultCell[] {
  return states.map((state, index) => ({
    state: CELL_STATES[state] ?? 'not-registered',
    points: points[index] ?? null,
    groupId: groupIds[index] ?? null,
  }));
}
