export interface CachedReadingOptions {
  /** A value younger than this is given without a new reading. */
  freshMs: number;
  /** How long a caller waits for a reading; then an older value is given, if it is younger than `staleMs`. */
  patienceMs: number;
  staleMs: number;
  /** What took long to read is fresh for longer, for so many times as long. */
  timesAsLong: number;
}

/**
 * A value that is costly to read and may be a little old. However many ask, one reading goes on at a time, and none
 * begins while the last value is fresh.
 */
export class CachedReading<T> {
  private latest: { value: T; at: number; freshMs: number } | null = null;
  private reading: Promise<void> | null = null;

  constructor(
    private readonly read: () => Promise<T>,
    private readonly options: CachedReadingOptions,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Null when the last reading failed, or takes too long and there is nothing recent; never rejects. */
  async current(): Promise<T | null> {
    const { latest } = this;
    if (latest !== null && this.now() - latest.at < latest.freshMs) return latest.value;
    this.reading ??= this.renew().finally(() => {
      this.reading = null;
    });
    await within(this.reading, this.options.patienceMs);
    const isRecent = this.latest !== null && this.now() - this.latest.at < this.options.staleMs;
    return isRecent ? (this.latest?.value ?? null) : null;
  }

  private async renew(): Promise<void> {
    const begun = this.now();
    try {
      const value = await this.read();
      const at = this.now();
      const { freshMs, timesAsLong } = this.options;
      this.latest = { value, at, freshMs: Math.max(freshMs, timesAsLong * (at - begun)) };
    } catch {
      this.latest = null;
    }
  }
}

async function within(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
