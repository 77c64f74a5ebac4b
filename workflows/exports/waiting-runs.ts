import type { OpenRunResult } from '../../contracts/exports/activities';
import type { ExportCommand, WaitingRun } from '../../contracts/exports/messages';
import { newRun, openedOrThrow, type Run } from './run-state';

/** The runs queued behind the running one, in order of arrival: one per different command. */
export class WaitingRuns {
  private readonly runs: WaitingRun[];

  constructor(carried: readonly WaitingRun[]) {
    this.runs = [...carried];
  }

  /**
   * Queues a run, unless one equivalent to the command waits: that has yet to read the platform's values, so they are never
   * too old. @returns the id of the export.
   */
  async queue(command: ExportCommand, open: () => Promise<OpenRunResult>): Promise<string> {
    const waiting = this.runs.find(({ ask }) => isEquivalent(ask, command));
    if (waiting) return waiting.run.exportId;
    const opened = await open();
    if (opened.kind !== 'opened') return openedOrThrow(opened).exportId;
    this.runs.push({ run: opened.run, ask: command });
    return opened.run.exportId;
  }

  take(): Run | null {
    const next = this.runs.shift();
    return next ? newRun(next.run, next.ask.commandId) : null;
  }

  toList(): WaitingRun[] {
    return [...this.runs];
  }
}

/** The same content means the same run, whoever the caller is. The asserted grade is part of it. */
function isEquivalent(one: ExportCommand, other: ExportCommand): boolean {
  return COMPARED_FIELDS.every((field) => one[field] === other[field]);
}

const COMPARED_FIELDS = [
  ...(['asOf', 'skipTransmitted', 'learnerId', 'courseRunId', 'subsectionId'] as const),
  ...(['grade', 'isPassing', 'completedDate'] as const),
];
