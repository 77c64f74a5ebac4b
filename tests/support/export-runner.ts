import type { CloseResult, ExportActivities, PageResult } from '../../contracts/exports/activities';
import { type ExportCommand, type ExportTarget, emptyTotals, type OpenRun } from '../../contracts/exports/messages';
import { anExportCommand } from '../../dev/export-command';
import { asActivity } from './attempt-fixture';

export async function opened(
  activities: ExportActivities,
  target: ExportTarget,
  command: ExportCommand = anExportCommand(),
): Promise<OpenRun> {
  const result = await activities.openRun({ target, ask: command, nowMs: Date.now() });
  if (result.kind !== 'opened') throw new Error(`The run was not opened: ${result.kind}`);
  return result.run;
}

/** The first page of a run, as the workflow would ask for it. */
export function firstPage(activities: ExportActivities, run: OpenRun, pageSize = 500): Promise<PageResult> {
  const totals = { ...emptyTotals(), selected: run.selected };
  const input = { exportId: run.exportId, after: null, sequence: 0, totals, pageSize };
  return asActivity(() => activities.exportPage(input));
}

export function closedRun(
  activities: ExportActivities,
  { exportId }: OpenRun,
  rest: 'cancelled' | 'channel-stopped' | null = null,
): Promise<CloseResult> {
  return asActivity(() => activities.closeRun({ exportId, rest, reason: rest, nowMs: Date.now() }));
}

/** A whole run of few learners. */
export async function played(
  activities: ExportActivities,
  target: ExportTarget,
  command?: ExportCommand,
): Promise<{ run: OpenRun; page: PageResult; end: CloseResult }> {
  const run = await opened(activities, target, command);
  const page = await firstPage(activities, run);
  return { run, page, end: await closedRun(activities, run, page.stop === null ? null : 'channel-stopped') };
}
