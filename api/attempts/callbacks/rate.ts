/** Callbacks per second that are delivered at once, and the burst on top. */
const PER_SECOND = 20;
const BURST = 10;
/** After a burst, direct delivery resumes after about two seconds of quiet. */
const MAX_LEVEL = 50;
/** Deliveries in flight: a bound for when Temporal is slow or down. */
const MAX_IN_FLIGHT = 10;

/**
 * Limits how many callbacks are signalled to workflows at once. Normally all are, so that a verdict is seen at once; in a
 * burst, or when Temporal is slow or down, they are left to the relay, so that receiving callbacks stays fast.
 */
export class CallbackRate {
  /** Recent callbacks, leaking away at PER_SECOND. */
  private level = 0;
  private lastAtMs = 0;
  private inFlight = 0;

  /** Called once per callback. @returns false when the relay is to deliver it; otherwise `end` must follow. */
  begin(now: Date): boolean {
    const leaked = Math.max(0, ((now.getTime() - this.lastAtMs) / 1000) * PER_SECOND);
    this.level = Math.min(MAX_LEVEL, Math.max(0, this.level - leaked) + 1);
    this.lastAtMs = now.getTime();
    if (this.level > BURST || this.inFlight >= MAX_IN_FLIGHT) return false;
    this.inFlight += 1;
    return true;
  }

  end(): void {
    this.inFlight -= 1;
  }
}
