import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { PublishResult } from '../../contracts/courses/messages';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';

/** Saves that a provider refused, or that nobody tries any more. */
export interface FailedSaves {
  count: number;
  /** Which, and why; of saves that failed before reasons were told there are none. */
  reasons: readonly string[];
}

/** What operators see of a course's publishes in Temporal's UI. */
export class PublishDisplay {
  private attention: string | null = null;

  update(last: PublishResult | null, saving: number, failed: FailedSaves): void {
    const attention = failed.count > 0 ? 'exam-save-failed' : null;
    if (attention !== this.attention) {
      upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.NeedsAttention, value: attention }]);
    }
    this.attention = attention;
    setCurrentDetails(detailsOf(last, saving, failed));
  }
}

function detailsOf(last: PublishResult | null, saving: number, { count, reasons }: FailedSaves): string {
  const exams = last && `${last.created} created, ${last.updated} updated, ${last.deactivated} deactivated`;
  const rows = [
    ['last publish', last === null ? '–' : (last.skipped ?? exams)],
    ['exams to save at their provider', String(saving)],
    ['saves that failed', count === 0 ? 'none' : `${count}: publish again when the cause is mended`],
    ...reasons.map((reason) => ['save failed', reason]),
  ];
  return ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
}
