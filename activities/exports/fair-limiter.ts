/** Bounded concurrency that is shared fairly: groups that wait take turns, so that a big one cannot keep a small one out. */
export class FairLimiter {
  private running = 0;
  private readonly waiting = new Map<string, (() => void)[]>();

  constructor(private readonly limit: number) {}

  async run<T>(group: string, work: () => Promise<T>): Promise<T> {
    if (this.running >= this.limit) await this.waitForSlot(group);
    else this.running += 1;
    try {
      return await work();
    } finally {
      this.release();
    }
  }

  private waitForSlot(group: string): Promise<void> {
    return new Promise((resolve) => {
      const queue = this.waiting.get(group);
      if (queue) queue.push(resolve);
      else this.waiting.set(group, [resolve]);
    });
  }

  /** The slot goes to the group that has waited longest, which then goes to the end of the queue. */
  private release(): void {
    const [first] = this.waiting;
    if (!first) {
      this.running -= 1;
      return;
    }
    const [group, queue] = first;
    const next = queue.shift();
    this.waiting.delete(group);
    if (queue.length > 0) this.waiting.set(group, queue);
    next?.();
  }
}
