import { cancellationSignal, heartbeat } from '@temporalio/activity';
import pMap from 'p-map';
import type { PageInput, PageResult } from '../../contracts/exports/activities';
import type { EarlierRecords } from '../../db/exports/batch-results';
import type { OutcomeRecord } from '../../db/exports/records';
import { type ExportRun, updateRun } from '../../db/exports/runs';
import type { SelectedEnrollment } from '../../db/exports/selection';
import type { ExportRequest } from '../../domain/exports/model';
import type { OpenChannel } from './channel-pool';
import { ChannelSender } from './channel-sender';
import { lookUpCourses } from './course-look-ups';
import type { ExportDependencies } from './dependencies';
import { DryRun } from './dry-run';
import { coursesWanted, type EnrollmentResult, type PageContext, prepare, sendRecords } from './enrollment';
import { InterruptedError, LookUps } from './look-ups';
import type { RecordSender } from './outgoing-record';
import { PageProgress, type PendingEnrollment } from './page-progress';
import { RecordWriter } from './record-writer';

/** A page's results wait so long for a batch; those of a channel that is not idempotent are written at once. */
const BATCH_DELAY_MS = 25;
/** The next page is read so many look-ups before the end of this one. */
const PREFETCH_BEFORE_END = 500;

export interface PageJob {
  input: PageInput;
  run: ExportRun;
  open: OpenChannel;
  request: ExportRequest;
  /** The page is nearly done: the next one may be read. */
  prefetchNext: () => void;
}

/** One try of a page: from look-ups to written outcomes. */
export class PageProcessor {
  private readonly signal = cancellationSignal();
  private readonly progress: PageProgress;
  private readonly writer: RecordWriter;
  private failure: unknown = null;
  private reported = 0;
  private reporting: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly dependencies: ExportDependencies,
    private readonly job: PageJob,
    private readonly page: SelectedEnrollment[],
    earlier: EarlierRecords,
  ) {
    const { input, run, open } = job;
    const progress = new PageProgress(input, page, earlier);
    const delayMs = open.channel?.idempotent === false && !run.dryRun ? 0 : BATCH_DELAY_MS;
    this.progress = progress;
    const noteWritten = (records: readonly OutcomeRecord[]): void => {
      progress.noteWritten(records);
      for (const { outcome } of records) dependencies.countOutcomes?.(outcome.kind, 1, run);
    };
    this.writer = new RecordWriter(dependencies.knex, run, noteWritten, delayMs);
  }

  async run(): Promise<PageResult> {
    const { knex, platform } = this.dependencies;
    const { run, open, request } = this.job;
    const lookUps = new LookUps(this.dependencies, run.id, this.signal);
    try {
      const wanted = coursesWanted(request, this.page);
      const service = { knex, client: platform.courses, lookUps, exportId: run.id };
      const courses = await lookUpCourses(service, wanted);
      const sender = this.createSender();
      await this.processAll({ knex, run, request, open, lookUps, courses, sender });
      await this.writer.finish();
      return await this.conclude(stopReason(sender));
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error;
      return this.conclude(null);
    }
  }

  /** For Temporal's UI and the run's row; by its answer to the heartbeat a cancellation reaches this page. */
  reportProgress(): void {
    const { progress } = this;
    heartbeat({ cursor: progress.settledUpTo(), settled: progress.settled, of: this.page.length });
    if (progress.settled === this.reported) return;
    this.reported = progress.settled;
    const totals = progress.totals();
    this.reporting = this.reporting
      .then(() => updateRun(this.dependencies.knex, this.job.run.id, { totals }, new Date()))
      .catch(() => undefined);
  }

  private createSender(): RecordSender {
    const { knex, channels, limits } = this.dependencies;
    const { run, open } = this.job;
    const { channel } = open;
    if (run.dryRun || channel === null) return new DryRun(knex, run.configurationId, run.level);
    const forget = (): void => channels.forget(run.configurationId);
    return new ChannelSender({ knex, run, open: { ...open, channel }, limits, signal: this.signal, forget });
  }

  /** Look-ups run ahead of sending: as many at a time as the limit allows, none of which waits for a send. */
  private async processAll(context: PageContext): Promise<void> {
    const { pending } = this.progress;
    const sending: Promise<void>[] = [];
    const prefetchAt = Math.max(0, pending.length - PREFETCH_BEFORE_END);
    const lookUp = async (at: number): Promise<void> => {
      const enrollment = pending[at];
      const isOver = this.signal.aborted || this.failure !== null || stopReason(context.sender) !== null;
      if (!enrollment || isOver) return;
      if (at === prefetchAt) this.job.prefetchNext();
      const { selected } = enrollment;
      const prepared = await this.safely(prepare(context, selected));
      if (!prepared) return;
      sending.push(this.finish(enrollment, sendRecords(context, selected, prepared)));
    };
    await pMap(pending.keys(), lookUp, { concurrency: this.dependencies.limits.lookupConcurrency });
    context.sender.flush();
    await Promise.all(sending);
    if (this.failure !== null) throw this.failure as Error;
  }

  private async finish(
    { sequence, selected }: PendingEnrollment,
    work: Promise<EnrollmentResult | null>,
  ): Promise<void> {
    const enrollmentResult = await this.safely(work);
    if (enrollmentResult) this.writer.add({ sequence, selected, enrollmentResult });
  }

  /** Null for work that was interrupted, or failed: then the page will. */
  private async safely<T>(work: Promise<T>): Promise<T | null> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof InterruptedError)) this.failure ??= error;
      return null;
    }
  }

  private async conclude(stop: PageResult['stop']): Promise<PageResult> {
    const cursor = this.progress.settledUpTo();
    const row = { totals: this.progress.totals(), ...(cursor === null ? {} : { cursor }) };
    await this.reporting;
    await updateRun(this.dependencies.knex, this.job.run.id, row, new Date());
    return this.progress.result(stop);
  }
}

function stopReason(sender: RecordSender): PageResult['stop'] {
  return sender instanceof ChannelSender ? sender.stopped : null;
}
