import { randomUUID } from 'node:crypto';
import type { ExportCommand, ExportTarget } from '../contracts/exports/messages';

/** The completions of everybody at a channel, really sent; `more` replaces members. */
export function exportTarget(
  { customerId, channelId }: { customerId: string; channelId: string },
  more: Partial<ExportTarget> = {},
): ExportTarget {
  return { customerId, channelId, level: 'completion', enrollmentId: null, dryRun: false, ...more };
}

/** A request for an export, with nothing asserted; `more` replaces members. */
export function anExportCommand(more: Partial<ExportCommand> = {}): ExportCommand {
  return {
    commandId: randomUUID(),
    trigger: 'request',
    asOf: null,
    skipTransmitted: true,
    requestedBy: 'tester',
    learnerId: null,
    courseRunId: null,
    subsectionId: null,
    grade: null,
    isPassing: null,
    completedDate: null,
    ...more,
  };
}
