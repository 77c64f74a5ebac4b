import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { PublishResult } from '../../contracts/courses/messages';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';

/** What operators see of a course's publishes in Temporal's UI. */
export class PublishDisplay {
  private attention: string | null = null;

  update(last: PublishResult | null, saving: number, failed: number): void {
    const attention = failed > 0 ? 'exam-save-failed' : null;
    if (attention !== this.attention) {
      upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.NeedsAttention, value: attention }]);
    }
    this.attention = attention;
    setCurrentDetails(detailsOf(last, saving, failed));
  }
}

function detailsOf(last: PublishResult | null, saving: number, failed: number): string {
  const exams = last && `${last.created} created, ${last.updated} updated, ${last.deactivated} deactivated`;
  const rows = [
    ['last publish', last === null ? '–' : (last.skipped ?? exams)],
    ['exams to save at their provider', String(saving)],
    ['saves that failed', failed === 0 ? 'none' : `${failed}: publish again when the cause is mended`],
  ];
  return ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
}
