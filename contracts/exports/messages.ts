import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ExportLevel } from '../../domain/exports/model';

export const LEARNER_EXPORT_WORKFLOW = 'learnerExport';
export const LEARNER_EXPORT_TICK_WORKFLOW = 'learnerExportTick';

/** What a run exports: the parts of its workflow's id. */
export interface ExportTarget {
  customerId: string;
  channelId: string;
  level: ExportLevel;
  /** Null = everybody of the customer. */
  enrollmentId: string | null;
  dryRun: boolean;
}

/** `learner-export:{customerId}:{channelId}:{level}[:{enrollmentId}][:dry]`, parts URI-encoded. */
export function learnerExportWorkflowId({ customerId, channelId, level, enrollmentId, dryRun }: ExportTarget): string {
  const parts = ['learner-export', customerId, channelId, level, ...(enrollmentId === null ? [] : [enrollmentId])];
  return [...parts, ...(dryRun ? ['dry'] : [])].map(encodeURIComponent).join(':');
}

/** One request for an export. Ids and an asserted grade. */
export interface ExportCommand {
  /** The same command is one run, however often it comes; null for a scheduled run. */
  commandId: string | null;
  trigger: 'request' | 'schedule' | 'event';
  /** ISO 8601; null = when the run starts. Kept for the whole run and all its retries. */
  asOf: string | null;
  /** False: what was accepted before is sent again. */
  skipTransmitted: boolean;
  requestedBy: string | null;
  /** Of a single export. */
  learnerId: string | null;
  courseRunId: string | null;
  subsectionId: string | null;
  /** The caller's asserted grade: compared, never sent. */
  grade: string | null;
  isPassing: boolean | null;
  completedDate: string | null;
}

export interface ExportPacing {
  /** Enrollments per page, one activity each. */
  pageSize: number;
  /** Pages until continue-as-new. */
  pagesPerHistory: number;
}

/** A run that exists as a row; `asOf` is fixed from here on. */
export interface OpenRun {
  exportId: string;
  /** ISO 8601. */
  asOf: string;
  selected: number;
  notSelected: number;
}

/** Where a page ended. */
export interface ExportCursor {
  courseRunId: string;
  enrollmentId: string;
}

/** Outcomes so far. `selected` of a running run is the whole selection; the difference is pending. */
export interface ExportTotals {
  selected: number;
  sent: number;
  unchanged: number;
  /** By reason. */
  skipped: Record<string, number>;
  failed: number;
  quarantined: number;
  /** Why records failed or were quarantined. */
  reasons: Record<string, number>;
}

/** The state across continue-as-new. */
export interface CarriedRun {
  run: OpenRun;
  commandId: string | null;
  cursor: ExportCursor | null;
  /** The number of the last record written. */
  sequence: number;
  totals: ExportTotals;
  paused: boolean;
  attention: string | null;
  waiting: WaitingRun[];
}

/** A run that exists as a row and begins when those before it have ended. */
export interface WaitingRun {
  run: OpenRun;
  ask: ExportCommand;
}

export interface LearnerExportInput {
  target: ExportTarget;
  ask: ExportCommand;
  pacing: ExportPacing;
  carried?: CarriedRun;
}

export interface LearnerExportTickInput {
  customerId: string;
  channelId: string;
  levels: ExportLevel[];
  pacing: ExportPacing;
}

export type ExportPhase =
  | 'opening'
  | 'exporting'
  | 'paused'
  | 'closing'
  | 'completed'
  | 'completed-with-errors'
  | 'channel-stopped'
  | 'cancelled'
  | 'failed';

export interface ExportProgress {
  exportId: string | null;
  phase: ExportPhase;
  asOf: string | null;
  /** As of the last page. */
  totals: ExportTotals;
  percent: number;
  needsAttention: string | null;
}

/** The answer to an export command. `queued`: it follows the running one. */
export interface OpenedExport {
  exportId: string;
  queued: boolean;
}

/** The wire: names are contracts and never renamed. A run is cancelled by Temporal's own cancellation. */
export const openUpdate = defineUpdate<OpenedExport, [ExportCommand]>('open');
export const pauseSignal = defineSignal('pause');
export const resumeSignal = defineSignal('resume');
/** A second event for a single export: it is run once more afterwards. Equivalent events share that run. */
export const againSignal = defineSignal<[ExportCommand]>('again');
export const progressQuery = defineQuery<ExportProgress>('progress');

export function emptyTotals(): ExportTotals {
  return { selected: 0, sent: 0, unchanged: 0, skipped: {}, failed: 0, quarantined: 0, reasons: {} };
}
