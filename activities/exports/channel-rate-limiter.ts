import { setTimeout as sleep } from 'node:timers/promises';

/** Spaces one channel's requests evenly, over all runs of this worker; sends none while the channel wants a pause. */
export class ChannelRateLimiter {
  private nextAt = 0;
  private pausedUntil = 0;

  constructor(private requestsPerSecond: number) {}

  setRate(requestsPerSecond: number): void {
    this.requestsPerSecond = requestsPerSecond;
  }

  /** No request is sent before then, waiting ones included. A shorter pause never ends a longer one. */
  pause(ms: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, Date.now() + ms);
  }

  /** The channel wants a pause that is not over. */
  get isPaused(): boolean {
    return this.pausedUntil > Date.now();
  }

  /** Waits for the next slot. @throws when the signal aborts. */
  async take(signal?: AbortSignal): Promise<void> {
    for (;;) {
      const now = Date.now();
      const at = Math.max(now, this.nextAt, this.pausedUntil);
      this.nextAt = at + 1_000 / this.requestsPerSecond;
      // Timers are no finer than a millisecond: what is due within one goes at once.
      if (at - now >= 1) await sleep(at - now, undefined, signal ? { signal } : {});
      if (this.pausedUntil <= Date.now()) return;
    }
  }
}
