import { closeSync, openSync, writeSync } from 'node:fs';
import { Progress } from '../../dev/progress';

/** How far a run is, and the observed lines in a file as they come. */
export class ConformanceProgress {
  private readonly shown = new Progress(process.stdout.isTTY);
  private readonly out: number | undefined;
  private advance: (() => void) | undefined;

  constructor(out: string | undefined) {
    this.out = out === undefined ? undefined : openSync(out, 'w');
  }

  /** Shows the steps that `work` makes, of so many. */
  async over(total: number, work: () => Promise<void>): Promise<void> {
    await this.shown.phase('Conformance', total, async (advance) => {
      let done = 0;
      this.advance = () => advance((done += 1));
      await work();
    });
    this.advance = undefined;
  }

  step(line: string): void {
    this.advance?.();
    if (this.out !== undefined) writeSync(this.out, `${line}\n`);
  }

  close(): void {
    if (this.out !== undefined) closeSync(this.out);
  }
}
