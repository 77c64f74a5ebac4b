import type { ExportActivities, PageInput, PageResult } from '../../contracts/exports/activities';
import { findCustomer } from '../../db/exports/customers';
import { configurationOf } from '../../db/exports/channels';
import { earlierRecords } from '../../db/exports/page-records';
import { type ExportRun, findRun } from '../../db/exports/runs';
import { cursorAfter, type PageRequest, type SelectedEnrollment } from '../../db/exports/selection';
import type { ExportRequest } from '../../domain/exports/model';
import type { OpenChannel } from './channel-pool';
import type { ExportDependencies } from './dependencies';
import { PageWork } from './page-work';
import { PagesAhead } from './pages-ahead';

const BEAT_MS = 1_000;

/** One page of an export. Tried again, it goes on with the enrollments that have no outcome yet. */
export function exportPageActivity(dependencies: ExportDependencies): Pick<ExportActivities, 'exportPage'> {
  const pages = new PagesAhead(dependencies.knex);
  return { exportPage: (input) => exportPage(dependencies, pages, input) };
}

async function exportPage(dependencies: ExportDependencies, pages: PagesAhead, input: PageInput): Promise<PageResult> {
  const { knex, channels } = dependencies;
  const run = await findRun(knex, input.exportId);
  if (!run) throw new Error(`There is no export ${input.exportId}`);
  const open = await channels.open(run.configurationId);
  if ('stop' in open) return stoppedBefore(input, open.stop);
  if (open.stored.disabled && !run.dryRun) return stoppedBefore(input, 'channel-disabled');
  const wanted = pageRequest(dependencies, run, input);
  const [page, request] = await Promise.all([pages.take(run.id, wanted), requestOf(dependencies, run, open)]);
  const enrollmentIds = page.map(({ facts }) => facts.enrollment.id);
  const range = { from: input.sequence + 1, to: input.sequence + page.length };
  const earlier = await earlierRecords(knex, run.id, { enrollmentIds, ...range });
  const readAhead = (): void =>
    isLast(page, input) ? undefined : pages.read(run.id, { ...wanted, after: cursorAfter(page) });
  const work = new PageWork(dependencies, { input, run, open, request, readAhead }, page, earlier);
  const beat = setInterval(() => work.tellProgress(), BEAT_MS);
  try {
    return await work.run();
  } finally {
    clearInterval(beat);
  }
}

function isLast(page: readonly SelectedEnrollment[], { pageSize }: PageInput): boolean {
  return page.length < pageSize;
}

function pageRequest(
  { credentialKeys }: ExportDependencies,
  run: ExportRun,
  { after, pageSize }: PageInput,
): PageRequest {
  const { customerId, configurationId, level, request } = run;
  const single = run.singleEnrollmentId !== null;
  const filter = single ? { learnerId: request.userId ?? '', courseRunId: request.courseRunId ?? '' } : {};
  return { customerId, configurationId, level, filter, after, limit: pageSize, keys: credentialKeys };
}

async function requestOf({ knex }: ExportDependencies, run: ExportRun, open: OpenChannel): Promise<ExportRequest> {
  const { level, asOf, skipTransmitted, request, customerId } = run;
  const customer = await findCustomer(knex, customerId);
  if (!customer) throw new Error(`There is no customer ${customerId}`);
  const { userId, courseRunId, subsectionId = null, grade = null, isPassing = false } = request;
  const single = run.singleEnrollmentId === null || userId === undefined || courseRunId === undefined;
  return {
    ...{ level, customer, asOf, skipTransmitted, configuration: configurationOf(open.stored) },
    single: single ? null : { userId, courseRunId, subsectionId },
    claim: { grade, isPassing },
  };
}

function stoppedBefore({ after, sequence, totals }: PageInput, stop: NonNullable<PageResult['stop']>): PageResult {
  return { cursor: after, sequence, totals, state: 'stopped', stop, held: 0 };
}
