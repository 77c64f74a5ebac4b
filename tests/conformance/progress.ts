import { closeSync, openSync, writeSync } from 'node:fs';
import { Presets, SingleBar } from 'cli-progress';

/** A bar on a terminal, and the observed lines in a file as they come. */
export class ConformanceProgress {
  private started = Date.now();
  private bar: SingleBar | undefined;
  private readonly out: number | undefined;

  constructor(
    private readonly total: number,
    out: string | undefined,
  ) {
    this.out = out === undefined ? undefined : openSync(out, 'w');
  }

  begin(): void {
    this.started = Date.now();
    if (!process.stdout.isTTY) return;
    const format = 'Conformance {bar} {value}/{total}  {eta_formatted} left';
    this.bar = new SingleBar({ format, barsize: 30, hideCursor: true }, Presets.shades_classic);
    this.bar.start(this.total, 0);
  }

  step(line: string): void {
    this.bar?.increment();
    if (this.out !== undefined) writeSync(this.out, `${line}\n`);
  }

  end(what: string): void {
    this.bar?.stop();
    console.log(`${what} in ${((Date.now() - this.started) / 1000).toFixed(1)} s`);
  }

  close(): void {
    if (this.out !== undefined) closeSync(this.out);
  }
}
