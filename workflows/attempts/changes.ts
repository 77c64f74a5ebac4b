import { Timer, type Wakeup } from './timer';

/** What the loop of the workflow sleeps on: counts changes, and wakes it at each or when its timer fires. */
export class LoopChanges {
  /** When something last happened; timers that fire do not count. */
  lastMs = Date.now();
  private readonly timer = new Timer(() => this.notify());
  private count = 0;
  private seen = 0;
  private wakeLoop: (() => void) | null = null;

  /** A command, a signal or the end of an effect. */
  mark(): void {
    this.lastMs = Date.now();
    this.notify();
  }

  /** What came until now is acted on. */
  see(): void {
    this.seen = this.count;
  }

  get isSeen(): boolean {
    return this.seen === this.count;
  }

  /** Sleeps until the next change, or the given wakeup. @returns the wakeup that fired. */
  async next(until: () => Wakeup | null): Promise<Wakeup | null> {
    if (this.isSeen) {
      this.timer.set(until());
      await new Promise<void>((resolve) => (this.wakeLoop = resolve));
    }
    return this.timer.takeFired();
  }

  private notify(): void {
    this.count += 1;
    this.wakeLoop?.();
    this.wakeLoop = null;
  }
}
