import { setTimeout as sleep } from 'node:timers/promises';

/** How fast one channel is asked, by all runs of this worker: evenly, and not at all while it wants a pause. */
export class Pace {
  private nextAt = 0;

  constructor(private requestsPerSecond: number) {}

  set(requestsPerSecond: number): void {
    this.requestsPerSecond = requestsPerSecond;
  }

  /** Nobody asks before then. A shorter pause never ends a longer one. */
  pause(ms: number): void {
    this.nextAt = Math.max(this.nextAt, Date.now() + ms);
  }

  /** Waits for the next place; a pause that begins meanwhile is kept too. @throws when the signal aborts. */
  async take(signal?: AbortSignal): Promise<void> {
    const now = Date.now();
    const at = Math.max(now, this.nextAt);
    this.nextAt = at + 1_000 / this.requestsPerSecond;
    // Timers are no finer than a millisecond: what is due within one goes at once.
    if (at - now >= 1) await sleep(at - now, undefined, { ...(signal ? { signal } : {}), ref: false });
  }
}
