import type { Knex } from 'knex';
import { type PageRequest, type SelectedEnrollment, selectPage } from '../../db/exports/selection';

/** What was read ahead is forgotten after so long: a page is not worked off by what was true long ago. */
const FRESH_MS = 10_000;

interface Ahead {
  of: string;
  page: Promise<SelectedEnrollment[]>;
}

/** Reads a run's next page while the last look-ups of the present one are under way, so that between pages nobody waits for it. */
export class PagesAhead {
  private readonly ahead = new Map<string, Ahead>();

  constructor(private readonly knex: Knex) {}

  /** The page asked for, whether it was read ahead or not. */
  async take(runId: string, request: PageRequest): Promise<SelectedEnrollment[]> {
    const known = this.ahead.get(runId);
    this.ahead.delete(runId);
    const read = known?.of === nameOf(request) ? await known.page.catch(() => null) : null;
    return read ?? selectPage(this.knex, request);
  }

  read(runId: string, request: PageRequest): void {
    const page = selectPage(this.knex, request);
    page.catch(() => undefined);
    const ahead = { of: nameOf(request), page };
    this.ahead.set(runId, ahead);
    setTimeout(() => {
      if (this.ahead.get(runId) === ahead) this.ahead.delete(runId);
    }, FRESH_MS).unref();
  }
}

function nameOf({ after, limit }: PageRequest): string {
  return JSON.stringify([after?.courseRunId, after?.enrollmentId, limit]);
}
