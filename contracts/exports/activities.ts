import type { ExportLevel } from '../../domain/exports/model';
import type { ExportCommand, ExportCursor, ExportTarget, ExportTotals, OpenRun } from './messages';

export interface OpenRunInput {
  target: ExportTarget;
  ask: ExportCommand;
  /** Workflow time, epoch milliseconds. */
  nowMs: number;
}

export type OpenRunResult =
  | { kind: 'opened'; run: OpenRun }
  /** The command's run exists already and has ended. */
  | { kind: 'ended'; exportId: string }
  /** Another bulk run of this customer, channel and level is running. */
  | { kind: 'running'; exportId: string }
  | { kind: 'refused'; code: 'customer-not-found' | 'channel-not-found' };

export interface PageInput {
  exportId: string;
  after: ExportCursor | null;
  /** The number of the last record before this page. */
  sequence: number;
  /** Of the pages before. */
  totals: ExportTotals;
  pageSize: number;
}

/** Why nothing more can be sent: a person must fix it. */
export type ChannelStopReason = 'credentials-refused' | 'channel-misconfigured' | 'channel-disabled';

export interface PageResult {
  /** Where the next page begins: this page's end or, when interrupted, the last record done without a gap. */
  cursor: ExportCursor | null;
  sequence: number;
  /** With this page's outcomes. */
  totals: ExportTotals;
  state: 'more' | 'end' | 'interrupted' | 'stopped';
  stop: ChannelStopReason | null;
  /** Number of records held with unknown result. */
  held: number;
}

export interface CloseInput {
  exportId: string;
  /** The outcome of enrollments without one; null when all have one. */
  rest: 'cancelled' | 'channel-stopped' | null;
  reason: string | null;
  nowMs: number;
}

export interface CloseResult {
  totals: ExportTotals;
  status: 'completed' | 'completed-with-errors' | 'channel-stopped' | 'cancelled';
  attention: string | null;
}

/** The activities of exports. The first three and `noteSkipped` are local: one short transaction each. */
export interface ExportActivities {
  openRun(input: OpenRunInput): Promise<OpenRunResult>;
  /** Writes the phase into the row. */
  notePhase(input: { exportId: string; status: 'running' | 'paused'; phase: string; nowMs: number }): Promise<void>;
  noteSkipped(input: { target: ExportTarget; ask: ExportCommand; reason: string; nowMs: number }): Promise<void>;
  /** One page of enrollments: from selection to recorded outcomes. Interrupted, it ends what it began. */
  exportPage(input: PageInput): Promise<PageResult>;
  /** Gives the rest its outcome, recounts and ends the run's row. */
  closeRun(input: CloseInput): Promise<CloseResult>;
  /** The targets configured for a schedule now. */
  scheduledTargets(input: { customerId: string; channelId: string; levels: ExportLevel[] }): Promise<ExportTarget[]>;
}
