import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { ExportProgress } from '../../contracts/exports/messages';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';

/** What operators see of an export in Temporal's UI. Attributes change with the phase, the table with each page. */
export class ExportDisplay {
  private last: string | null = null;

  update(progress: ExportProgress, notSelected: number): void {
    setCurrentDetails(details(progress, notSelected));
    const { phase, totals, needsAttention } = progress;
    const next = JSON.stringify([phase, needsAttention]);
    this.last ??= this.atStart();
    if (next === this.last) return;
    this.last = next;
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.ExportPhase, value: phase },
      { key: SEARCH_ATTRIBUTES.RecordsTotal, value: totals.selected },
      { key: SEARCH_ATTRIBUTES.RecordsFailed, value: totals.failed + totals.quarantined },
      { key: SEARCH_ATTRIBUTES.NeedsAttention, value: needsAttention },
    ]);
  }

  private atStart(): string {
    const given = workflowInfo().typedSearchAttributes;
    return JSON.stringify([
      given.get(SEARCH_ATTRIBUTES.ExportPhase) ?? null,
      given.get(SEARCH_ATTRIBUTES.NeedsAttention) ?? null,
    ]);
  }
}

function details(
  { exportId, phase, asOf, totals, percent, needsAttention }: ExportProgress,
  notSelected: number,
): string {
  const skipped = Object.values(totals.skipped).reduce((sum, n) => sum + n, 0);
  const outcomes = [
    ['sent', totals.sent],
    ['unchanged', totals.unchanged],
    ['skipped', skipped],
    ['failed', totals.failed],
    ['quarantined', totals.quarantined],
  ] as const;
  const reasons = Object.entries({ ...totals.skipped, ...totals.reasons }).map(([reason, n]) => `${reason}: ${n}`);
  return [
    `Export ${exportId ?? '–'}, as of ${asOf ?? '–'}; not selected (inactive or unlinked): ${notSelected}.`,
    ...(needsAttention === null ? [] : ['', `Needs attention: ${needsAttention}.`]),
    '',
    `**${phase}** · ${bar(percent)} ${percent} % of ${totals.selected}`,
    '',
    ['| outcome | records |', '|---|---|', ...outcomes.map(([name, n]) => `| ${name} | ${n} |`)].join('\n'),
    ...(reasons.length === 0 ? [] : ['', reasons.join(' · ')]),
  ].join('\n');
}

function bar(percent: number): string {
  const full = Math.round(percent / 5);
  return '█'.repeat(full) + '░'.repeat(20 - full);
}
