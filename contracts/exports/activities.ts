import type { ExportLevel } from '../../domain/exports/model';
import type { ExportAsk, ExportCursor, ExportTarget, ExportTotals, OpenRun } from './messages';

export interface OpenRunInput {
  target: ExportTarget;
  ask: ExportAsk;
  /** Workflow time, epoch milliseconds. */
  nowMs: number;
}

export type OpenRunResult =
  | { kind: 'opened'; run: OpenRun }
  /** The command's run exists already and has ended. */
  | { kind: 'ended'; exportId: string }
  /** Another bulk run of the same customer, channel and level goes on. */
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

/** Why nothing more can be sent: a person has to mend it. */
export type ChannelStop = 'credentials-refused' | 'channel-misconfigured' | 'channel-disabled';

export interface PageResult {
  /** Where the next page begins; this page's end or, of one that was interrupted, what is settled without a gap. */
  cursor: ExportCursor | null;
  sequence: number;
  /** With this page's outcomes. */
  totals: ExportTotals;
  state: 'more' | 'end' | 'interrupted' | 'stopped';
  stop: ChannelStop | null;
  /** Records nobody knows the fate of were held. */
  held: number;
}

export interface CloseInput {
  exportId: string;
  /** What becomes of enrollments without an outcome; null when all have one. */
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
  /** Shows in the row what the workflow does. */
  notePhase(input: { exportId: string; status: 'running' | 'paused'; phase: string; nowMs: number }): Promise<void>;
  noteSkipped(input: { target: ExportTarget; ask: ExportAsk; reason: string; nowMs: number }): Promise<void>;
  /** One page of enrollments: from selection to settled outcomes. Interrupted, it ends what it has begun. */
  exportPage(input: PageInput): Promise<PageResult>;
  /** Gives the rest its outcome, counts anew and ends the run's row. */
  closeRun(input: CloseInput): Promise<CloseResult>;
  /** What a schedule's tick finds configured now. */
  scheduledTargets(input: { customerId: string; channelId: string; levels: ExportLevel[] }): Promise<ExportTarget[]>;
}
