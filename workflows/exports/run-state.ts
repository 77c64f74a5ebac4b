import { ApplicationFailure } from '@temporalio/workflow';
import type { OpenRunResult } from '../../contracts/exports/activities';
import {
  type CarriedRun,
  emptyTotals,
  type ExportPhase,
  type ExportProgress,
  type OpenedExport,
} from '../../contracts/exports/messages';

/** A run under way, as its workflow knows it. */
export type Run = Omit<CarriedRun, 'waiting' | 'paused'>;

/** Why no run was opened. */
export type Refusal = Exclude<OpenRunResult, { kind: 'opened' }>;

/** The answer to a query, of the last run where none goes on. */
export function progressOf(run: Run | null, phase: ExportPhase): ExportProgress {
  const totals = run?.totals ?? emptyTotals();
  const skipped = Object.values(totals.skipped).reduce((sum, n) => sum + n, 0);
  const done = totals.sent + totals.unchanged + skipped + totals.failed + totals.quarantined;
  const percent = totals.selected === 0 ? 0 : Math.min(100, Math.floor((100 * done) / totals.selected));
  const { exportId = null, asOf = null } = run?.run ?? {};
  return { exportId, asOf, phase, totals, percent, needsAttention: run?.attention ?? null };
}

export function newRun(run: Run['run'], commandId: string | null): Run {
  const totals = { ...emptyTotals(), selected: run.selected };
  return { run, commandId, totals, cursor: null, sequence: 0, attention: null };
}

/** A command whose run has ended gets that run; others are refused. @throws ApplicationFailure */
export function openedOrThrow(refusal: Refusal): OpenedExport {
  if (refusal.kind === 'ended') return { exportId: refusal.exportId, queued: false };
  if (refusal.kind === 'refused') throw ApplicationFailure.nonRetryable('It does not exist any more.', refusal.code);
  const { exportId } = refusal;
  throw ApplicationFailure.nonRetryable(`Export ${exportId} goes on.`, 'export-already-running', { exportId });
}
