import type { StatusAnswer } from '../../contracts/http/qualification/statuses';

/** One status in one line. */
export function statusLine({ periodId, seq, statusText, counts, plugin }: StatusAnswer): string {
  const { qualify, fail, undecided } = counts;
  const by = plugin === null ? '' : `, by ${plugin.id}`;
  const numbers = `${qualify} qualify, ${fail} do not, ${undecided} undecided`;
  return `Status ${seq} of ${periodId}: ${statusText} (${numbers}${by})`;
}
