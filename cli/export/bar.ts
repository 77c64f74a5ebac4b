import { Presets, SingleBar } from 'cli-progress';
import type { ExportAnswer } from '../../contracts/http/exports';

const LINE_EVERY_MS = 10_000;

/** How far an export is: a bar on a terminal, elsewhere a line every ten seconds and one at the end. Goes to standard error. */
export class ExportBar {
  private bar: SingleBar | undefined;
  private lastLineAt = 0;
  /** What was seen and not printed yet. */
  private unprinted: ExportAnswer | undefined;

  constructor(
    private readonly title: string,
    private readonly isTerminal: boolean,
    private readonly print: (line: string) => void = console.error,
  ) {}

  update(seen: ExportAnswer): void {
    const { selected, pending } = seen.totals;
    if (this.isTerminal) {
      this.bar ??= this.begun(selected);
      this.bar.setTotal(selected);
      this.bar.update(selected - pending, { tail: tailOf(seen) });
      return;
    }
    this.unprinted = seen;
    if (Date.now() - this.lastLineAt >= LINE_EVERY_MS) this.printLine();
  }

  /** Shows the last state; stopping twice is stopping once. */
  stop(): void {
    this.bar?.stop();
    this.printLine();
  }

  private printLine(): void {
    if (!this.unprinted) return;
    const { totals, percent } = this.unprinted;
    const done = totals.selected - totals.pending;
    this.print(`${this.title}: ${percent} %, ${done} of ${totals.selected}, ${tailOf(this.unprinted)}`);
    this.lastLineAt = Date.now();
    this.unprinted = undefined;
  }

  private begun(total: number): SingleBar {
    const format = `${this.title.padEnd(24)} {bar} {value}/{total}  {tail}`;
    const bar = new SingleBar({ format, barsize: 28, hideCursor: true }, Presets.shades_classic);
    bar.start(total, 0, { tail: '' });
    return bar;
  }
}

/** `etaSeconds` is the service's: a bar of its own would begin anew with every connection. */
function tailOf({ phase, ratePerSecond, etaSeconds, totals: { failed, quarantined } }: ExportAnswer): string {
  return [
    phase,
    ...(ratePerSecond === null ? [] : [`${ratePerSecond.toFixed(0)}/s`]),
    ...(etaSeconds === null ? [] : [`${etaSeconds} s left`]),
    ...(failed + quarantined === 0 ? [] : [`${failed + quarantined} with errors`]),
  ].join('  ');
}
