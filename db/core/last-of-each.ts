/** Of rows with the same key the last one counts: a statement may not touch a row twice. */
export function lastOfEach<R>(rows: readonly R[], keyOf: (row: R) => unknown): R[] {
  return [...new Map(rows.map((row) => [JSON.stringify(keyOf(row)), row])).values()];
}
