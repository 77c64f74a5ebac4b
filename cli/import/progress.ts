import { Transform } from 'node:stream';
import { SingleBar } from 'cli-progress';

const LINE_EVERY_MS = 10_000;

/** How much of an upload was sent: a bar on a terminal, elsewhere a line every ten seconds and one at the end. */
export class UploadProgress {
  private bytes = 0;
  private readonly started = Date.now();
  private readonly bar: SingleBar | undefined;
  private readonly timer: NodeJS.Timeout | undefined;

  /** @param total bytes, where they are known */
  constructor(
    private readonly total: number | undefined,
    isTerminal = process.stderr.isTTY,
    private readonly print: (line: string) => void = console.error,
  ) {
    if (isTerminal && total !== undefined) {
      this.bar = new SingleBar({
        format: '{bar} {percentage} %  {rate} MB/s  {eta_formatted} left',
        stream: process.stderr,
      });
      this.bar.start(total, 0, { rate: '-' });
    } else {
      this.timer = setInterval(() => this.print(this.line()), LINE_EVERY_MS);
    }
  }

  /** What the bytes go through to be counted. */
  counter(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.bytes += chunk.length;
        this.bar?.update(this.bytes, { rate: this.rate() });
        done(null, chunk);
      },
    });
  }

  /** Everything was taken: shows the last state. */
  finish(): void {
    this.stop();
    if (!this.bar && this.bytes > 0) this.print(this.line());
  }

  /** Shows nothing more; what was sent before a failure may not have arrived. */
  stop(): void {
    this.bar?.stop();
    clearInterval(this.timer);
  }

  private rate(): string {
    return (this.bytes / 1_000 / Math.max(1, Date.now() - this.started)).toFixed(1);
  }

  private line(): string {
    const share = this.total ? `${Math.floor((100 * this.bytes) / this.total)} %, ` : '';
    return `${share}${(this.bytes / 1e6).toFixed(1)} MB sent, ${this.rate()} MB/s`;
  }
}
