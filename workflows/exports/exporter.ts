import { allHandlersFinished, condition, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { ChannelStopReason, ExportActivities, PageResult } from '../../contracts/exports/activities';
import type {
  CarriedRun,
  ExportCommand,
  ExportPhase,
  ExportProgress,
  LearnerExportInput,
  OpenedExport,
} from '../../contracts/exports/messages';
import { pageOptions } from '../activity-options';
import { ExportDisplay } from './display';
import { RunRows } from './run-rows';
import { newRun, openedOrThrow, progressOf, type Refusal, type Run } from './run-state';
import { Steering } from './steering';
import { WaitingRuns } from './waiting-runs';

/** The runs of one target, one after the other: a single export requested again meanwhile is run once more. */
export class Exporter {
  readonly steering: Steering;
  private run: Run | null = null;
  /** The last run that ended, for later queries. */
  private last: Run | null = null;
  private readonly waiting: WaitingRuns;
  private refusal: Refusal | null = null;
  private phase: ExportPhase = 'opening';
  private readonly rows: RunRows;
  private readonly display = new ExportDisplay();

  constructor(private readonly input: LearnerExportInput) {
    const { carried } = input;
    this.rows = new RunRows(input.target);
    this.waiting = new WaitingRuns(carried?.waiting ?? []);
    this.steering = new Steering(carried?.paused ?? false);
    if (!carried) return;
    this.run = { ...carried };
    this.phase = carried.paused ? 'paused' : 'exporting';
  }

  get progress(): ExportProgress {
    return progressOf(this.run ?? this.last, this.phase);
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
    return this.rows.runExclusive(() => this.waiting.queue(command, () => this.rows.open(command)));
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

  private toCarriedRun(run: Run): CarriedRun {
    return { ...run, waiting: this.waiting.toList(), paused: this.steering.paused };
  }

  private async start(): Promise<void> {
    const opened = await this.rows.runExclusive(() => this.rows.open(this.input.ask));
    if (opened.kind === 'opened') this.run = newRun(opened.run, this.input.ask.commandId);
    else {
      this.refusal = opened;
      await condition(allHandlersFinished);
    }
  }

  private async startNext(): Promise<void> {
    this.last = this.run;
    this.run = this.waiting.take();
    while (this.run && this.steering.cancelled) {
      await this.close(this.run, null);
      this.run = this.waiting.take();
    }
  }

  private async exportPages(run: Run): Promise<ChannelStopReason | 'fresh-history' | null> {
    await this.setPhase(this.steering.paused ? 'paused' : 'exporting');
    for (let pages = 0; !this.steering.cancelled;) {
      if (this.steering.paused) await this.untilResumed();
      if (this.steering.cancelled) break;
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

  private exportPage({ run, cursor, sequence, totals }: Run, number: number): Promise<PageResult | null> {
    const after = cursor === null ? 'from the start' : `behind enrollment ${cursor.enrollmentId}`;
    const { exportPage } = proxyActivities<ExportActivities>(pageOptions(`page ${number}: ${after}`));
    const page = { exportId: run.exportId, after: cursor, sequence, totals, pageSize: this.input.pacing.pageSize };
    return this.steering.runPage(() => exportPage(page));
  }

  private async untilResumed(): Promise<void> {
    await this.setPhase('paused');
    await this.steering.untilResumed();
    if (!this.steering.cancelled) await this.setPhase('exporting');
  }

  private async setPhase(phase: 'exporting' | 'paused'): Promise<void> {
    this.phase = phase;
    await this.rows.notePhase((this.run as Run).run.exportId, phase);
    this.updateDisplay();
  }

  private async close(run: Run, stop: ChannelStopReason | null): Promise<void> {
    this.phase = 'closing';
    this.updateDisplay();
    const rest = this.steering.cancelled ? 'cancelled' : stop === null ? null : 'channel-stopped';
    const { totals, status, attention } = await this.rows.close(run.run.exportId, rest, stop);
    Object.assign(run, { totals, attention });
    this.phase = status;
    this.updateDisplay();
  }

  private updateDisplay(): void {
    this.display.update(this.progress, this.run?.run.notSelected ?? 0);
  }
}
