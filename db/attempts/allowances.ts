import type { Knex } from 'knex';
import { DUE_DATE_OVERRIDE, EXTRA_TIME } from '../../domain/attempts/allowances';
import { decodeCursor, type Page, toPage, type PageRequest } from '../core/cursor';
import { AllowanceModel } from '../core/models';
import { moveDeadlines } from './deadlines';

export interface Allowance {
  examId: number;
  userId: string;
  key: string;
  value: string;
}

/** Most rows `putAllowances` takes. */
export const ALLOWANCES_PER_STATEMENT = 1000;

/** Stores up to ALLOWANCES_PER_STATEMENT allowances in one statement; of equal keys the last one counts. */
export async function putAllowances(knex: Knex, allowances: readonly Allowance[]): Promise<number> {
  const keyed = allowances.map((row) => [JSON.stringify([row.examId, row.userId, row.key]), row] as const);
  const rows = [...new Map(keyed).values()];
  if (rows.length === 0) return 0;
  await AllowanceModel.query(knex).insert(rows).onConflict(['exam_id', 'user_id', 'key']).merge(['value']);
  await moveDeadlinesOf(knex, rows);
  return rows.length;
}

/** False when there was none. */
export async function deleteAllowance(knex: Knex, { examId, userId, key }: Omit<Allowance, 'value'>): Promise<boolean> {
  const deleted = await AllowanceModel.query(knex).deleteById([examId, userId, key]);
  await moveDeadlinesOf(knex, [{ examId, userId, key }]);
  return deleted > 0;
}

/** An allowance counts at once for attempts whose minutes are not fixed. */
async function moveDeadlinesOf(knex: Knex, changes: readonly Omit<Allowance, 'value'>[]): Promise<void> {
  const times = changes.filter(({ key }) => key === EXTRA_TIME || key === DUE_DATE_OVERRIDE);
  if (times.length === 0) return;
  const examIds = [...new Set(times.map(({ examId }) => examId))];
  await moveDeadlines(knex, { examIds, userIds: [...new Set(times.map(({ userId }) => userId))] });
}

export async function findAllowance(
  knex: Knex,
  { examId, userId, key }: Omit<Allowance, 'value'>,
): Promise<Allowance | undefined> {
  return AllowanceModel.query(knex).findById([examId, userId, key]);
}

/** An exam's allowances by learner and key. */
export async function listAllowances(
  knex: Knex,
  examId: number,
  { limit, cursor }: PageRequest,
): Promise<Page<Allowance>> {
  const query = AllowanceModel.query(knex)
    .where('exam_id', examId)
    .orderBy(['user_id', 'key'])
    .limit(limit + 1);
  if (cursor !== undefined) void query.whereRaw('(user_id, key) > (?, ?)', decodeCursor(cursor, [/^.*$/su, /^.*$/su]));
  const toAllowance = ({ userId, key, value }: AllowanceModel): Allowance => ({ examId, userId, key, value });
  return toPage((await query).map(toAllowance), limit, ({ userId, key }) => [userId, key]);
}
