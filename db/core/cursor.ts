import type { Knex } from 'knex';
import { isStorable } from '../../domain/storable-text';
import { queryRows, whereGiven } from './query';

/** One page of a list; `nextCursor` is null on the last. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** Where a page begins; `cursor` is what the page before gave. */
export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

/** A cursor of another list or malformed; callers answer 400. */
export class BadCursorError extends Error {
  constructor() {
    super('The cursor is not one of this list');
    this.name = 'BadCursorError';
  }
}

/** The page out of `limit + 1` rows read: one row more means that another page follows. */
export function toPage<R>(rows: R[], limit: number, cursorPartsOf: (row: R) => string[]): Page<R> {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last === undefined ? null : encodeCursor(cursorPartsOf(last)) };
}

/**
 * Rows with a number as id, newest first. `select` has everything up to the conditions, `id` names that number in it, and
 * `values` are those of the conditions and of `select` itself.
 */
export async function newestFirst<R extends { id: string }>(
  knex: Knex,
  {
    select,
    id,
    conditions,
    values,
  }: { select: string; id: string; conditions: Record<string, string>; values: object },
  { limit, cursor }: PageRequest,
): Promise<Page<R>> {
  const before = cursor === undefined ? undefined : decodeCursor(cursor, [/^\d{1,18}$/])[0];
  const all = { ...values, before };
  const where = whereGiven({ ...conditions, before: `${id} < :before` }, all);
  const sql = `${select} ${where} order by ${id} desc limit :atMost`;
  return toPage(await queryRows<R>(knex, sql, { ...all, atMost: limit + 1 }), limit, (row) => [row.id]);
}

export function encodeCursor(parts: string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** What a part of a cursor has to be. */
type PartCheck = RegExp | ((text: string) => boolean);

/** @throws BadCursorError unless it holds as many parts as the list's order has, each of the form given. */
export function decodeCursor(cursor: string, checks: PartCheck[]): string[] {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new BadCursorError();
  }
  if (!Array.isArray(parts) || parts.length !== checks.length) throw new BadCursorError();
  if (!checks.every((check, at) => isSound(parts[at], check))) throw new BadCursorError();
  return parts as string[];
}

function isSound(part: unknown, check: PartCheck): boolean {
  if (typeof part !== 'string' || !isStorable(part)) return false;
  return typeof check === 'function' ? check(part) : check.test(part);
}
