/** One statement takes at most so many. */
const MOST_AT_ONCE = 50;
/** Statements under way; what comes meanwhile goes with the next. */
const UNDER_WAY = 2;

interface Waiting<T, R> {
  item: T;
  done: (result: R) => void;
  failed: (error: unknown) => void;
}

/**
 * Work that is much cheaper done together. Nothing waits for company: with a quiet service each item goes alone and at once;
 * what comes while the statements under way have no answer goes together. When a batch fails for what is in it, its items
 * are tried one by one, so that nobody fails for somebody else's.
 */
export class Batches<T, R> {
  private readonly waiting: Waiting<T, R>[] = [];
  private underWay = 0;

  constructor(
    private readonly work: (items: readonly T[]) => Promise<R[]>,
    private readonly isNobodysFault: (error: Error) => boolean,
  ) {}

  do(item: T): Promise<R> {
    return new Promise<R>((done, failed) => {
      this.waiting.push({ item, done, failed });
      void this.next();
    });
  }

  private async next(): Promise<void> {
    if (this.underWay >= UNDER_WAY || this.waiting.length === 0) return;
    this.underWay += 1;
    await this.together(this.waiting.splice(0, MOST_AT_ONCE));
    this.underWay -= 1;
    void this.next();
  }

  private async together(batch: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await this.work(batch.map(({ item }) => item));
      batch.forEach(({ done }, index) => done(results[index] as R));
    } catch (error) {
      if (batch.length === 1 || this.isNobodysFault(error as Error)) batch.forEach(({ failed }) => failed(error));
      else for (const one of batch) await this.together([one]);
    }
  }
}
