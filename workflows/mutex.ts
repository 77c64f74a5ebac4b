/**
 * Runs one task at a time, in order. A workflow with two local activities under way gets their
 * results together or one by one; on replay it may get them otherwise, and its commands change their order.
 */
export class Mutex {
  private last: Promise<unknown> = Promise.resolve();

  runExclusive<T>(work: () => Promise<T>): Promise<T> {
    const current = this.last.then(work, work);
    this.last = current;
    return current;
  }
}
