import { Presets, SingleBar } from 'cli-progress';
import type { ExportAnswer } from '../contracts/http/exports';

const LINE_EVERY_MS = 10_000;

/** How far an export is: a bar on a terminal, elsewhere a line every ten seconds. Goes to standard error. */
export class ExportBar {
  private bar: SingleBar | undefined;
  private lastLine = 0;

  constructor(
    private readonly title: string,
    private readonly isTerminal: boolean,
    private readonly print: (line: string) => void = console.error,
  ) {}

  update(seen: ExportAnswer): void {
    const { totals, percent } = seen;
    const done = totals.selected - totals.pending;
    if (this.isTerminal) {
      this.bar ??= this.begun(totals.selected);
      this.bar.setTotal(totals.selected);
      this.bar.update(done, { tail: tailOf(seen) });
    } else if (Date.now() - this.lastLine >= LINE_EVERY_MS) {
      this.lastLine = Date.now();
      this.print(`${this.title}: ${percent} %, ${done} of ${totals.selected}, ${tailOf(seen)}`);
    }
  }

  stop(): void {
    this.bar?.stop();
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
