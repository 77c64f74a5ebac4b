import Table from 'cli-table3';

/** A table for people, without colours. `align` is that of all columns but the first. */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  align: 'left' | 'right' = 'left',
): string {
  const colAligns = head.map((_, index) => (index === 0 ? 'left' : align));
  const table = new Table({ head: [...head], style: { head: [], border: [] }, colAligns });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}
