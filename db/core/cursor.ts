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

/** A cursor that is not one of ours; callers answer 400. */
export class BadCursorError extends Error {
  constructor() {
    super('The cursor is not one of this list');
    this.name = 'BadCursorError';
  }
}

/** The page out of `limit + 1` rows read: one row more tells that another page follows. */
export function pageOf<R, T>(rows: R[], limit: number, shown: (row: R) => T, place: (row: R) => string[]): Page<T> {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items: items.map(shown), nextCursor: last === undefined ? null : encodeCursor(place(last)) };
}

export function encodeCursor(parts: string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @throws BadCursorError unless it holds as many parts as the list's order has, each of the form given. */
export function decodeCursor(cursor: string, forms: RegExp[]): string[] {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new BadCursorError();
  }
  if (!Array.isArray(parts) || parts.length !== forms.length) throw new BadCursorError();
  const texts = parts as string[];
  if (!forms.every((form, at) => typeof texts[at] === 'string' && form.test(texts[at]))) throw new BadCursorError();
  return texts;
}
