import Table from 'cli-table3';
import type { ExportAnswer } from '../../contracts/http/exports';

/** The end of an export for people: outcomes by reason, and whether they add up to what was selected. */
export function exportTable({ totals, reasons, notSelected }: ExportAnswer): string {
  const table = new Table({ style: { head: [], border: [] }, head: ['Outcome', 'reason', 'enrollments'] });
  table.push(['sent', '', totals.sent], ['unchanged', '', totals.unchanged]);
  for (const [reason, count] of Object.entries(totals.skipped).sort()) table.push(['skipped', reason, count]);
  table.push(['failed', '', totals.failed], ['quarantined', '', totals.quarantined]);
  for (const [reason, count] of Object.entries(reasons).sort()) table.push(['', `because: ${reason}`, `(${count})`]);
  if (totals.pending > 0) table.push(['pending', '', totals.pending]);
  table.push(['selected', '', totals.selected]);
  return [table.toString(), ...(notSelected === 0 ? [] : [`not selected: ${notSelected}`])].join('\n');
}
