import type { PageInput, PageResult } from '../../contracts/exports/activities';
import type { ExportCursor, ExportTotals } from '../../contracts/exports/messages';
import type { EarlierRecords } from '../../db/exports/batch-results';
import type { OutcomeRecord, StoredRecord } from '../../db/exports/records';
import { cursorAfter, type SelectedEnrollment } from '../../db/exports/selection';
import { addToTotals } from './totals';

/** An enrollment without outcome yet, and the place its record will have in the run. */
export interface PendingEnrollment {
  sequence: number;
  selected: SelectedEnrollment;
}

/** How far a page is: which of its enrollments have their outcome, written by this try or an earlier one. */
export class PageProgress {
  /** What this try has to do. */
  readonly pending: readonly PendingEnrollment[];
  private readonly written: Pick<StoredRecord, 'outcome' | 'reason'>[];
  private readonly done: Set<string>;
  private lastSequence: number;

  constructor(
    private readonly input: PageInput,
    private readonly page: readonly SelectedEnrollment[],
    { records, taken, last }: EarlierRecords,
  ) {
    this.written = [...records];
    this.done = new Set(records.map(({ enrollmentId }) => enrollmentId));
    this.lastSequence = Math.max(input.sequence + page.length, last);
    this.pending = page.flatMap((selected, at) => {
      if (this.done.has(selected.facts.enrollment.id)) return [];
      const position = input.sequence + at + 1;
      return [{ selected, sequence: taken.has(position) ? (this.lastSequence += 1) : position }];
    });
  }

  get settled(): number {
    return this.written.length;
  }

  noteWritten(records: readonly OutcomeRecord[]): void {
    for (const { enrollmentId, outcome } of records) {
      this.done.add(enrollmentId);
      this.written.push({ outcome: outcome.kind, reason: 'reason' in outcome ? outcome.reason : null });
    }
  }

  totals(): ExportTotals {
    return addToTotals(this.input.totals, this.written);
  }

  /** The last enrollment before which all have their outcome. */
  settledUpTo(): ExportCursor | null {
    const gap = this.page.findIndex(({ facts }) => !this.done.has(facts.enrollment.id));
    return cursorAfter(gap === -1 ? this.page : this.page.slice(0, gap));
  }

  /** A page with gaps restarts at its beginning: what was written is found then. */
  result(stop: PageResult['stop']): PageResult {
    const { after, sequence, totals, pageSize } = this.input;
    const held = this.written.filter(({ reason }) => reason === 'in-doubt').length;
    if (this.pending.some(({ selected }) => !this.done.has(selected.facts.enrollment.id)))
      return { cursor: after, sequence, totals, state: stop ? 'stopped' : 'interrupted', stop, held };
    const state = stop ? 'stopped' : this.page.length < pageSize ? 'end' : 'more';
    const cursor = this.settledUpTo() ?? after;
    return { cursor, sequence: this.lastSequence, totals: this.totals(), state, stop, held };
  }
}
