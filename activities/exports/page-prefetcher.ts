import type { Knex } from 'knex';
import { type SelectionPageRequest, type SelectedEnrollment, selectPage } from '../../db/exports/selection';

/** Prefetched pages are dropped after so long: a page is not processed from old data. */
const FRESH_MS = 10_000;

interface PrefetchedPage {
  key: string;
  page: Promise<SelectedEnrollment[]>;
}

/** Reads a run's next page while the last look-ups of the present one are under way, so that nothing waits between pages. */
export class PagePrefetcher {
  private readonly prefetched = new Map<string, PrefetchedPage>();

  constructor(private readonly knex: Knex) {}

  /** The page asked for, whether it was read ahead or not. */
  async take(runId: string, request: SelectionPageRequest): Promise<SelectedEnrollment[]> {
    const known = this.prefetched.get(runId);
    this.prefetched.delete(runId);
    const read = known?.key === keyOf(request) ? await known.page.catch(() => null) : null;
    return read ?? selectPage(this.knex, request);
  }

  prefetch(runId: string, request: SelectionPageRequest): void {
    const page = selectPage(this.knex, request);
    page.catch(() => undefined);
    const entry = { key: keyOf(request), page };
    this.prefetched.set(runId, entry);
    setTimeout(() => {
      if (this.prefetched.get(runId) === entry) this.prefetched.delete(runId);
    }, FRESH_MS).unref();
  }
}

function keyOf({ after, limit }: SelectionPageRequest): string {
  return JSON.stringify([after?.courseRunId, after?.enrollmentId, limit]);
}
