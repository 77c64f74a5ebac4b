import { log } from '@temporalio/workflow';

/** So many are shown. */
const MOST = 5;

/** Signals sent by hand that made no sense: a line in the log and in the details, and no more. */
export class IgnoredSignals {
  private readonly ignored: string[] = [];

  constructor(private readonly onNote: () => void) {}

  get newest(): readonly string[] {
    return this.ignored;
  }

  note(what: string): void {
    log.warn('a signal was ignored', { what });
    if (this.ignored.length === MOST) this.ignored.shift();
    this.ignored.push(what);
    this.onNote();
  }
}
