import { type ExportTotals } from '../../contracts/exports/messages';
import type { StoredRecord } from '../../db/exports/records';

type CountedRecord = Pick<StoredRecord, 'outcome' | 'reason'>;

/** Totals with more outcomes in them; `selected` stays what it is. */
export function addToTotals(totals: ExportTotals, records: readonly CountedRecord[]): ExportTotals {
  const sum: ExportTotals = { ...totals, skipped: { ...totals.skipped }, reasons: { ...totals.reasons } };
  for (const { outcome, reason } of records) {
    if (outcome === 'skipped') add(sum.skipped, reason);
    else sum[outcome] += 1;
    if (outcome === 'failed' || outcome === 'quarantined') add(sum.reasons, reason);
  }
  return sum;
}

function add(counts: Record<string, number>, reason: string | null): void {
  counts[reason ?? ''] = (counts[reason ?? ''] ?? 0) + 1;
}
