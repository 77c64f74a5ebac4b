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
export function toPage<R, T>(
  rows: R[],
  limit: number,
  toItem: (row: R) => T,
  cursorPartsOf: (row: R) => string[],
): Page<T> {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items: items.map(toItem), nextCursor: last === undefined ? null : encodeCursor(cursorPartsOf(last)) };
}

export function encodeCursor(parts: string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @throws BadCursorError unless it holds as many parts as the list's order has, each of the form given. */
export function decodeCursor(cursor: string, patterns: RegExp[]): string[] {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new BadCursorError();
  }
  if (!Array.isArray(parts) || parts.length !== patterns.length) throw new BadCursorError();
  const texts = parts as string[];
  if (!patterns.every((pattern, at) => typeof texts[at] === 'string' && pattern.test(texts[at])))
    throw new BadCursorError();
  return texts;
}
