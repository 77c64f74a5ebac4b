/** One value of a payload that is not what the channel accepted last. `before` or `after` is absent where it is not there. */
export interface Difference {
  /** A JSON pointer (RFC 6901). */
  path: string;
  before?: unknown;
  after?: unknown;
}

/** What a payload would change, value by value, in the order of its members. */
export function differenceOf(before: unknown, after: unknown, path = ''): Difference[] {
  if (isTree(before) && isTree(after) && Array.isArray(before) === Array.isArray(after)) {
    const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
    return names.flatMap((name) => differenceOf(before[name], after[name], `${path}/${escapePointer(name)}`));
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
