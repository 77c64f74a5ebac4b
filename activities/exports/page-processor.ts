import { cancellationSignal, heartbeat } from '@temporalio/activity';
import type { PageInput, PageResult } from '../../contracts/exports/activities';
import type { ExportCursor } from '../../contracts/exports/messages';
import type { EarlierRecords } from '../../db/exports/batch-results';
import type { OutcomeRecord, StoredRecord } from '../../db/exports/records';
import { type ExportRun, updateRun } from '../../db/exports/runs';
import { cursorAfter, type SelectedEnrollment } from '../../db/exports/selection';
import type { ExportRequest } from '../../domain/exports/model';
import type { OpenChannel } from './channel-pool';
import { ChannelSender } from './channel-sender';
import { lookUpCourses } from './course-look-ups';
import type { ExportDependencies } from './dependencies';
import { DryRun } from './dry-run';
import { coursesWanted, sendRecords, type PageContext, prepare, type EnrollmentResult } from './enrollment';
import { InterruptedError, LookUps } from './look-ups';
import type { RecordSender } from './outgoing-record';
import { RecordWriter } from './record-writer';
import { addToTotals } from './totals';

/** A page's results wait so long for a batch; those of a channel that is not idempotent are written at once. */
const BATCH_DELAY_MS = 25;
/** The next page is read so many look-ups before the end of this one. */
const PREFETCH_BEFORE_END = 500;

interface PendingEnrollment {
  sequence: number;
  selected: SelectedEnrollment;
}

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
  private readonly written: Pick<StoredRecord, 'outcome' | 'reason'>[];
  private readonly done: Set<string>;
  private readonly pending: PendingEnrollment[];
  private readonly writer: RecordWriter;
  private lastSequence: number;
  private failure: unknown = null;
  private reported = 0;
  private reporting: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly dependencies: ExportDependencies,
    private readonly job: PageJob,
    private readonly page: SelectedEnrollment[],
    { records, taken, last }: EarlierRecords,
  ) {
    const { input, run, open } = job;
    this.written = [...records];
    this.done = new Set(records.map(({ enrollmentId }) => enrollmentId));
    this.lastSequence = Math.max(input.sequence + page.length, last);
    this.pending = page.flatMap((selected, at) => {
      if (this.done.has(selected.facts.enrollment.id)) return [];
      const position = input.sequence + at + 1;
      return [{ selected, sequence: taken.has(position) ? (this.lastSequence += 1) : position }];
    });
    const batchDelayMs = open.channel?.idempotent === false && !run.dryRun ? 0 : BATCH_DELAY_MS;
    this.writer = new RecordWriter(dependencies.knex, run, (records) => this.noteWritten(records), batchDelayMs);
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
      return await this.result(sender instanceof ChannelSender ? sender.stopped : null);
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error;
      return this.result(null);
    }
  }

  /** For Temporal's UI and the run's row; by its answer to the heartbeat a cancellation reaches this page. */
  reportProgress(): void {
    heartbeat({ cursor: this.settledUpTo(), settled: this.written.length, of: this.page.length });
    if (this.written.length === this.reported) return;
    this.reported = this.written.length;
    const { input, run } = this.job;
    const totals = addToTotals(input.totals, this.written);
    this.reporting = this.reporting
      .then(() => updateRun(this.dependencies.knex, run.id, { totals }, new Date()))
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

  /** Look-ups run ahead of sending: as many runners as the limit allows, none of which waits for a send. */
  private async processAll(context: PageContext): Promise<void> {
    const sending = new Set<Promise<void>>();
    const queue = this.pending.entries();
    const prefetchAt = Math.max(0, this.pending.length - PREFETCH_BEFORE_END);
    const runner = async (): Promise<void> => {
      for (const [at, enrollment] of queue) {
        if (this.signal.aborted || this.failure !== null || isStopped(context.sender)) return;
        if (at === prefetchAt) this.job.prefetchNext();
        const prepared = await this.safely(() => prepare(context, enrollment.selected));
        if (!prepared) continue;
        const sent = this.finish(enrollment, sendRecords(context, enrollment.selected, prepared));
        sending.add(sent);
        void sent.then(() => sending.delete(sent));
      }
    };
    const runners = Math.min(this.dependencies.limits.lookupConcurrency, this.pending.length);
    await Promise.all(Array.from({ length: runners }, runner));
    context.sender.flush();
    await Promise.all(sending);
    if (this.failure !== null) throw this.failure as Error;
  }

  private async safely<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof InterruptedError)) this.failure ??= error;
      return null;
    }
  }

  private async finish(
    { sequence, selected }: PendingEnrollment,
    pendingResult: Promise<EnrollmentResult | null>,
  ): Promise<void> {
    const enrollmentResult = await this.safely(() => pendingResult);
    if (enrollmentResult) this.writer.add({ sequence, selected, enrollmentResult });
  }

  private noteWritten(records: readonly OutcomeRecord[]): void {
    for (const { enrollmentId, outcome } of records) {
      this.done.add(enrollmentId);
      this.written.push({ outcome: outcome.kind, reason: 'reason' in outcome ? outcome.reason : null });
      this.dependencies.countOutcomes?.(outcome.kind, 1, this.job.run);
    }
  }

  /** A page with gaps restarts at its beginning: what was written is found then. */
  private async result(stop: PageResult['stop']): Promise<PageResult> {
    const { input, run } = this.job;
    const totals = addToTotals(input.totals, this.written);
    const cursor = this.settledUpTo();
    const row = { totals, ...(cursor === null ? {} : { cursor }) };
    await this.reporting;
    await updateRun(this.dependencies.knex, run.id, row, new Date());
    const held = this.written.filter(({ reason }) => reason === 'in-doubt').length;
    const isWhole = this.pending.every(({ selected }) => this.done.has(selected.facts.enrollment.id));
    if (!isWhole) {
      const { after, sequence } = input;
      return { cursor: after, sequence, totals: input.totals, state: stop ? 'stopped' : 'interrupted', stop, held };
    }
    const state = stop ? 'stopped' : this.page.length < input.pageSize ? 'end' : 'more';
    return { cursor: cursor ?? input.after, sequence: this.lastSequence, totals, state, stop, held };
  }

  /** The last enrollment before which all have their outcome. */
  private settledUpTo(): ExportCursor | null {
    const gap = this.page.findIndex(({ facts }) => !this.done.has(facts.enrollment.id));
    return cursorAfter(gap === -1 ? this.page : this.page.slice(0, gap));
  }
}

function isStopped(sender: RecordSender): boolean {
  return sender instanceof ChannelSender && sender.stopped !== null;
}
