import type { QualificationStatus } from './statuses';

/** `changed`: an older status was exported, the active one was not; its retraction counts as a change too. */
export type ExportState = 'nothing-to-export' | 'not-exported' | 'exported' | 'changed-since-export';

/**
 * Where a period stands on an exam office's list of things to do. Statuses are exported, not periods: each new one begins as
 * not exported. A first word that is "not ready" is nothing to export.
 */
export function exportState(
  active: Pick<QualificationStatus, 'seq' | 'status'> | null,
  exportedSeqs: ReadonlySet<number>,
): ExportState {
  if (active === null) return 'nothing-to-export';
  if (exportedSeqs.has(active.seq)) return 'exported';
  if (exportedSeqs.size > 0) return 'changed-since-export';
  return active.status === 'notready' ? 'nothing-to-export' : 'not-exported';
}
