import type { ExportAsk, OpenRun, WaitingRun } from '../../contracts/exports/messages';

/** The runs that follow the one that goes on, first come first served: one for each different wish. */
export class WaitingRuns {
  private readonly runs: WaitingRun[];

  constructor(carried: readonly WaitingRun[]) {
    this.runs = [...carried];
  }

  /** The run that will do what is asked, if one waits. It has yet to read the platform's values, so it is never too old. */
  serving(ask: ExportAsk): OpenRun | undefined {
    return this.runs.find((waiting) => isSameWish(waiting.ask, ask))?.run;
  }

  add(waiting: WaitingRun): void {
    this.runs.push(waiting);
  }

  take(): WaitingRun | undefined {
    return this.runs.shift();
  }

  carried(): WaitingRun[] {
    return [...this.runs];
  }
}

/** What was asked decides what is told (the claim is held against what was told last); who asked does not. */
function isSameWish(one: ExportAsk, other: ExportAsk): boolean {
  return SAID.every((field) => one[field] === other[field]);
}

const SAID = [
  ...(['asOf', 'skipTransmitted', 'learnerId', 'courseRunId', 'subsectionId'] as const),
  ...(['grade', 'isPassing', 'completedDate'] as const),
];
