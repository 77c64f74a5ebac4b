import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { CloseInput, CloseResult, ExportActivities, OpenRunResult } from '../../contracts/exports/activities';
import type { ExportCommand, ExportTarget } from '../../contracts/exports/messages';
import { closeOptions, exportRowOptions } from '../activity-options';
import { Mutex } from '../mutex';

const rows = proxyLocalActivities<ExportActivities>(exportRowOptions);
const closing = proxyActivities<ExportActivities>(closeOptions);

/** The rows of one target's runs. Local activities run one at a time: else their results would not replay in the same order. */
export class RunRows {
  private readonly mutex = new Mutex();

  constructor(private readonly target: ExportTarget) {}

  runExclusive<T>(work: () => Promise<T>): Promise<T> {
    return this.mutex.runExclusive(work);
  }

  /** For use within `runExclusive`. */
  open(command: ExportCommand): Promise<OpenRunResult> {
    return rows.openRun({ target: this.target, ask: command, nowMs: Date.now() });
  }

  async notePhase(exportId: string, phase: 'exporting' | 'paused'): Promise<void> {
    const status = phase === 'paused' ? phase : 'running';
    await this.mutex.runExclusive(() => rows.notePhase({ exportId, status, phase, nowMs: Date.now() }));
  }

  close(exportId: string, rest: CloseInput['rest'], reason: string | null): Promise<CloseResult> {
    return closing.closeRun({ exportId, rest, reason, nowMs: Date.now() });
  }
}
