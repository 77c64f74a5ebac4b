/**
 * One piece of work at a time, first come first served. A workflow that has two local activities under way gets their
 * results together or one by one, as it happens; on replay it gets them otherwise, and its commands come in another order.
 */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.last.then(work, work);
    this.last = mine;
    return mine;
  }
}
