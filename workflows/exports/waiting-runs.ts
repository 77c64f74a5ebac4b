import type { ExportCommand, OpenRun, WaitingRun } from '../../contracts/exports/messages';

/** The runs queued behind the running one, in order of arrival: one per different command. */
export class WaitingRuns {
  private readonly runs: WaitingRun[];

  constructor(carried: readonly WaitingRun[]) {
    this.runs = [...carried];
  }

  /** A queued run equivalent to the command. It has yet to read the platform's values, so they are never too old. */
  findFor(command: ExportCommand): OpenRun | undefined {
    return this.runs.find((waiting) => isEquivalent(waiting.ask, command))?.run;
  }

  add(waiting: WaitingRun): void {
    this.runs.push(waiting);
  }

  take(): WaitingRun | undefined {
    return this.runs.shift();
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
