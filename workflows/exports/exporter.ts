import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  ChannelStopReason,
  ExportActivities,
  OpenRunResult,
  PageResult,
} from '../../contracts/exports/activities';
import {
  type CarriedRun,
  type ExportCommand,
  type ExportPhase,
  type ExportProgress,
  type LearnerExportInput,
  emptyTotals,
  type OpenedExport,
} from '../../contracts/exports/messages';
import { closeOptions, exportRowOptions, pageOptions } from '../activity-options';
import { Mutex } from '../mutex';
import { ExportDisplay } from './display';
import { WaitingRuns } from './waiting-runs';

const rows = proxyLocalActivities<Pick<ExportActivities, 'openRun' | 'notePhase'>>(exportRowOptions);
const closing = proxyActivities<Pick<ExportActivities, 'closeRun'>>(closeOptions);

type Run = Omit<CarriedRun, 'waiting' | 'paused'>;

/** The runs of one target, one after the other: a single export requested again meanwhile is run once more. */
export class Exporter {
  private run: Run | null = null;
  /** The last run that ended, for later queries. */
  private last: Run | null = null;
  private readonly waiting: WaitingRuns;
  private refusal: Exclude<OpenRunResult, { kind: 'opened' }> | null = null;
  private phase: ExportPhase = 'opening';
  private paused = false;
  private cancelled = false;
  private page: CancellationScope | null = null;
  private readonly mutex = new Mutex();
  private readonly display = new ExportDisplay();

  constructor(private readonly input: LearnerExportInput) {
    const { carried } = input;
    this.waiting = new WaitingRuns(carried?.waiting ?? []);
    if (!carried) return;
    this.run = { ...carried };
    this.paused = carried.paused;
    this.phase = carried.paused ? 'paused' : 'exporting';
  }

  get progress(): ExportProgress {
    const run = this.run ?? this.last;
    const totals = run?.totals ?? emptyTotals();
    const skipped = Object.values(totals.skipped).reduce((sum, n) => sum + n, 0);
    const done = totals.sent + totals.unchanged + skipped + totals.failed + totals.quarantined;
    const percent = totals.selected === 0 ? 0 : Math.min(100, Math.floor((100 * done) / totals.selected));
    const { exportId = null, asOf = null } = run?.run ?? {};
    return { exportId, asOf, phase: this.phase, totals, percent, needsAttention: run?.attention ?? null };
  }

  pause(): void {
    this.paused = true;
    this.page?.cancel();
  }

  resume(): void {
    this.paused = false;
  }

  cancel(): void {
    this.cancelled = true;
    this.page?.cancel();
  }

  /** Answers with the run the command started, with the queued one, or with the running one as conflict. */
  async open(command: ExportCommand): Promise<OpenedExport> {
    await condition(() => this.run !== null || this.refusal !== null);
    if (this.refusal) return openedOrThrow(this.refusal);
    const { exportId } = (this.run as Run).run;
    if (command.commandId === this.run?.commandId) return { exportId, queued: false };
    if (this.input.target.enrollmentId === null) return openedOrThrow({ kind: 'running', exportId });
    return { exportId: await this.queueRun(command), queued: true };
  }

  /** Equivalent commands during a run share one queued run. Its platform values are newer than all of them. */
  async queueRun(command: ExportCommand): Promise<string> {
    await condition(() => this.run !== null || this.refusal !== null);
    if (command.commandId !== null && command.commandId === this.run?.commandId) return this.run.run.exportId;
    return this.mutex.runExclusive(async () => {
      const waiting = this.waiting.findFor(command);
      if (waiting) return waiting.exportId;
      const opened = await rows.openRun({ target: this.input.target, ask: command, nowMs: Date.now() });
      if (opened.kind !== 'opened') return openedOrThrow(opened).exportId;
      this.waiting.add({ run: opened.run, ask: command });
      return opened.run.exportId;
    });
  }

  /** Runs until nothing is queued. @returns the state to continue as new with, if needed. */
  async runAll(): Promise<CarriedRun | null> {
    if (!this.run) await this.start();
    while (this.run) {
      const stop = await this.exportPages(this.run);
      if (stop === 'fresh-history') return this.toCarriedRun(this.run);
      await this.close(this.run, stop);
      await condition(allHandlersFinished);
      await this.startNext();
      if (this.run && workflowInfo().continueAsNewSuggested) return this.toCarriedRun(this.run);
    }
    return null;
  }

  get wasCancelled(): boolean {
    return this.cancelled;
  }

  private toCarriedRun(run: Run): CarriedRun {
    return { ...run, waiting: this.waiting.toList(), paused: this.paused };
  }

  private async start(): Promise<void> {
    const { target, ask: command } = this.input;
    const opened = await this.mutex.runExclusive(() => rows.openRun({ target, ask: command, nowMs: Date.now() }));
    if (opened.kind !== 'opened') {
      this.refusal = opened;
      await condition(allHandlersFinished);
      return;
    }
    this.run = newRun(opened.run, command.commandId);
  }

  private async startNext(): Promise<void> {
    this.last = this.run;
    this.run = this.nextRun();
    while (this.run && this.cancelled) {
      await this.close(this.run, null);
      this.run = this.nextRun();
    }
  }

  private nextRun(): Run | null {
    const next = this.waiting.take();
    return next ? newRun(next.run, next.ask.commandId) : null;
  }

  private async exportPages(run: Run): Promise<ChannelStopReason | 'fresh-history' | null> {
    await this.setPhase(this.paused ? 'paused' : 'exporting');
    for (let pages = 0; !this.cancelled;) {
      if (this.paused) await this.untilResumed();
      if (this.cancelled) break;
      if (pages === this.input.pacing.pagesPerHistory) {
        await condition(allHandlersFinished);
        return 'fresh-history';
      }
      pages += 1;
      const result = await this.exportPage(run, pages);
      if (!result) continue;
      const { cursor, sequence, totals, held } = result;
      Object.assign(run, { cursor, sequence, totals, attention: held > 0 ? 'in-doubt' : run.attention });
      this.updateDisplay();
      if (result.state === 'stopped') return result.stop;
      if (result.state === 'end') return null;
    }
    return null;
  }

  /** Null: interrupted before a worker started it. */
  private async exportPage({ run, cursor, sequence, totals }: Run, number: number): Promise<PageResult | null> {
    const after = cursor === null ? 'from the start' : `behind enrollment ${cursor.enrollmentId}`;
    const { exportPage } = proxyActivities<ExportActivities>(pageOptions(`page ${number}: ${after}`));
    const { pageSize } = this.input.pacing;
    this.page = new CancellationScope();
    try {
      return await this.page.run(() =>
        exportPage({ exportId: run.exportId, after: cursor, sequence, totals, pageSize }),
      );
    } catch (error) {
      if (isCancellation(error)) return null;
      throw error;
    } finally {
      this.page = null;
    }
  }

  private async untilResumed(): Promise<void> {
    await this.setPhase('paused');
    await condition(() => !this.paused || this.cancelled);
    if (!this.cancelled) await this.setPhase('exporting');
  }

  private async setPhase(phase: 'exporting' | 'paused'): Promise<void> {
    this.phase = phase;
    const { exportId } = (this.run as Run).run;
    const status = phase === 'paused' ? phase : 'running';
    await this.mutex.runExclusive(() => rows.notePhase({ exportId, status, phase, nowMs: Date.now() }));
    this.updateDisplay();
  }

  private async close(run: Run, stop: ChannelStopReason | null): Promise<void> {
    this.phase = 'closing';
    this.updateDisplay();
    const rest = this.cancelled ? 'cancelled' : stop === null ? null : 'channel-stopped';
    const { exportId } = run.run;
    const { totals, status, attention } = await closing.closeRun({ exportId, rest, reason: stop, nowMs: Date.now() });
    Object.assign(run, { totals, attention });
    this.phase = status;
    this.updateDisplay();
  }

  private updateDisplay(): void {
    this.display.update(this.progress, this.run?.run.notSelected ?? 0);
  }
}

function newRun(run: Run['run'], commandId: string | null): Run {
  const totals = { ...emptyTotals(), selected: run.selected };
  return { run, commandId, totals, cursor: null, sequence: 0, attention: null };
}

/** A command whose run has ended gets that run; others are refused. @throws ApplicationFailure */
function openedOrThrow(refusal: Exclude<OpenRunResult, { kind: 'opened' }>): OpenedExport {
  if (refusal.kind === 'ended') return { exportId: refusal.exportId, queued: false };
  if (refusal.kind === 'refused') throw ApplicationFailure.nonRetryable('It does not exist any more.', refusal.code);
  const { exportId } = refusal;
  throw ApplicationFailure.nonRetryable(`Export ${exportId} goes on.`, 'export-already-running', { exportId });
}
