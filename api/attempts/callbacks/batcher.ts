/** The most items in one statement. */
const MAX_BATCH = 50;
/** Statements in flight; items that arrive meanwhile go with the next. */
const MAX_IN_FLIGHT = 2;

interface QueuedItem<T, R> {
  item: T;
  resolve: (result: R) => void;
  reject: (error: unknown) => void;
}

/**
 * Batches work that is cheaper in bulk. Nothing waits for others: on a quiet service each item goes alone and at once;
 * items that arrive while statements are in flight go together. When a batch fails for its content, its items
 * are tried one by one, so that none fails because of another.
 */
export class Batcher<T, R> {
  private readonly queue: QueuedItem<T, R>[] = [];
  private inFlight = 0;

  constructor(
    private readonly work: (items: readonly T[]) => Promise<R[]>,
    private readonly failsForAll: (error: Error) => boolean,
  ) {}

  run(item: T): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.queue.push({ item, resolve, reject });
      void this.next();
    });
  }

  private async next(): Promise<void> {
    if (this.inFlight >= MAX_IN_FLIGHT || this.queue.length === 0) return;
    this.inFlight += 1;
    await this.runTogether(this.queue.splice(0, MAX_BATCH));
    this.inFlight -= 1;
    void this.next();
  }

  private async runTogether(batch: readonly QueuedItem<T, R>[]): Promise<void> {
    try {
      const results = await this.work(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as R));
    } catch (error) {
      if (batch.length === 1 || this.failsForAll(error as Error)) batch.forEach(({ reject }) => reject(error));
      else for (const queued of batch) await this.runTogether([queued]);
    }
  }
}
