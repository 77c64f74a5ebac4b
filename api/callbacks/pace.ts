/** Callbacks told at once per second, and under way at a time. */
const PER_SECOND = 20;
const AT_A_TIME = 20;

/**
 * How many callbacks are told to their workflows as they come. A few are, so that a vendor's verdict is seen at once; in a
 * burst, or when Temporal is slow or down, the rest is left to the relay, and taking callbacks in has the machine for itself.
 */
export class Pace {
  private underWay = 0;
  private second = 0;
  private inSecond = 0;

  allows(now: Date): boolean {
    const second = Math.floor(now.getTime() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.inSecond = 0;
    }
    return this.inSecond < PER_SECOND && this.underWay < AT_A_TIME;
  }

  begin(): void {
    this.inSecond += 1;
    this.underWay += 1;
  }

  end(): void {
    this.underWay -= 1;
  }
}
