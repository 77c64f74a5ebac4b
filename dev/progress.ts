import { Presets, SingleBar } from 'cli-progress';

/** How far something long is: a bar per phase on a terminal, a line per phase elsewhere. */
export class Progress {
  constructor(
    private readonly isTerminal: boolean,
    private readonly print: (line: string) => void = console.log,
  ) {}

  line(text: string): void {
    this.print(text);
  }

  /** Runs a phase of `total` steps; `work` calls `advance(done)` with the number done so far. */
  async phase(title: string, total: number, work: (advance: (done: number) => void) => Promise<void>): Promise<void> {
    const started = Date.now();
    const bar = this.isTerminal ? this.bar(title, total) : undefined;
    let done = 0;
    try {
      await work((count) => {
        done = count;
        bar?.update(count);
      });
    } finally {
      bar?.stop();
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      if (!bar) this.print(`${title}: ${done} of ${total}, ${seconds} s`);
    }
  }

  private bar(title: string, total: number): SingleBar {
    const format = `${title.padEnd(44)} {bar} {value}/{total}  {duration_formatted}`;
    const bar = new SingleBar({ format, barsize: 28, hideCursor: true }, Presets.shades_classic);
    bar.start(total, 0);
    return bar;
  }
}
