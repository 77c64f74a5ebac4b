/** Up to so many callbacks per second are told as they come, and a few more at a stroke. */
const PER_SECOND = 20;
const AT_A_STROKE = 10;
/** After a burst, telling begins again within about two seconds of quiet. */
const MOST_REMEMBERED = 50;
/** Told at the same time: a bound for when Temporal is slow or down. */
const AT_A_TIME = 10;

/**
 * Which callbacks are told to their workflows as they come. Normally all are, so that a vendor's verdict is seen at once; in a
 * burst, or when Temporal is slow or down, they are left to the relay, and taking callbacks in has the machine for itself.
 */
export class Pace {
  /** Callbacks that came lately, leaking away at PER_SECOND. */
  private level = 0;
  private cameAtMs = 0;
  private underWay = 0;

  /** To be asked once per callback. @returns false when this one is for the relay; otherwise `end` must follow. */
  begin(now: Date): boolean {
    const leaked = Math.max(0, ((now.getTime() - this.cameAtMs) / 1000) * PER_SECOND);
    this.level = Math.min(MOST_REMEMBERED, Math.max(0, this.level - leaked) + 1);
    this.cameAtMs = now.getTime();
    if (this.level > AT_A_STROKE || this.underWay >= AT_A_TIME) return false;
    this.underWay += 1;
    return true;
  }

  end(): void {
    this.underWay -= 1;
  }
}
