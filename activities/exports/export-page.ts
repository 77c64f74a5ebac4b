import type { ExportActivities, PageInput, PageResult } from '../../contracts/exports/activities';
import { earlierRecords } from '../../db/exports/batch-results';
import { configurationOf } from '../../db/exports/channels';
import { findCustomer } from '../../db/exports/customers';
import { type ExportRun, findRun } from '../../db/exports/runs';
import { cursorAfter, type SelectionPageRequest, type SelectedEnrollment } from '../../db/exports/selection';
import type { ExportRequest } from '../../domain/exports/model';
import type { OpenChannel } from './channel-pool';
import type { ExportDependencies } from './dependencies';
import { PagePrefetcher } from './page-prefetcher';
import { PageProcessor } from './page-processor';

const HEARTBEAT_INTERVAL_MS = 1_000;

/** One page of an export. Tried again, it goes on with the enrollments that have no outcome yet. */
export function exportPageActivity(dependencies: ExportDependencies): Pick<ExportActivities, 'exportPage'> {
  const prefetcher = new PagePrefetcher(dependencies.knex);
  return { exportPage: (input) => exportPage(dependencies, prefetcher, input) };
}

async function exportPage(
  dependencies: ExportDependencies,
  prefetcher: PagePrefetcher,
  input: PageInput,
): Promise<PageResult> {
  const { knex, channels } = dependencies;
  const run = await findRun(knex, input.exportId);
  if (!run) throw new Error(`There is no export ${input.exportId}`);
  const open = await channels.open(run.configurationId);
  if ('stop' in open) return stoppedBefore(input, open.stop);
  if (open.stored.disabled && !run.dryRun) return stoppedBefore(input, 'channel-disabled');
  const wanted = pageRequest(dependencies, run, input);
  const [page, request] = await Promise.all([prefetcher.take(run.id, wanted), requestOf(dependencies, run, open)]);
  const enrollmentIds = page.map(({ facts }) => facts.enrollment.id);
  const range = { from: input.sequence + 1, to: input.sequence + page.length };
  const earlier = await earlierRecords(knex, run.id, { enrollmentIds, ...range });
  const prefetchNext = (): void =>
    isLast(page, input) ? undefined : prefetcher.prefetch(run.id, { ...wanted, after: cursorAfter(page) });
  const processor = new PageProcessor(dependencies, { input, run, open, request, prefetchNext }, page, earlier);
  const timer = setInterval(() => processor.reportProgress(), HEARTBEAT_INTERVAL_MS);
  try {
    return await processor.run();
  } finally {
    clearInterval(timer);
  }
}

function isLast(page: readonly SelectedEnrollment[], { pageSize }: PageInput): boolean {
  return page.length < pageSize;
}

function pageRequest(
  { credentialKeys }: ExportDependencies,
  run: ExportRun,
  { after, pageSize }: PageInput,
): SelectionPageRequest {
  const { customerId, configurationId, level, request } = run;
  const single = run.singleEnrollmentId !== null;
  const filter = single ? { userId: request.userId ?? '', courseRunId: request.courseRunId ?? '' } : {};
  return { customerId, configurationId, level, filter, after, limit: pageSize, keys: credentialKeys };
}

async function requestOf({ knex }: ExportDependencies, run: ExportRun, open: OpenChannel): Promise<ExportRequest> {
  const { level, asOf, skipTransmitted, request, customerId } = run;
  const customer = await findCustomer(knex, customerId);
  if (!customer) throw new Error(`There is no customer ${customerId}`);
  const { userId, courseRunId, subsectionId = null, grade = null, isPassing = false } = request;
  const single = run.singleEnrollmentId === null || userId === undefined || courseRunId === undefined;
  return {
    level,
    customer,
    asOf,
    skipTransmitted,
    configuration: configurationOf(open.stored),
    single: single ? null : { userId, courseRunId, subsectionId },
    asserted: { grade, isPassing },
  };
}

function stoppedBefore({ after, sequence, totals }: PageInput, stop: NonNullable<PageResult['stop']>): PageResult {
  return { cursor: after, sequence, totals, state: 'stopped', stop, held: 0 };
}
