interface BatcherOptions<T, R> {
  /** One result per item, in order. What is a promise is waited for by its item alone. */
  work: (items: readonly T[]) => Promise<readonly (R | Promise<R>)[]>;
  /** The most items in one batch. */
  maxBatch?: number;
  /** Batches under way at a time; items that arrive meanwhile go with the next. */
  maxInFlight?: number;
  /** How long a batch that isn't full waits for more items. Without it nothing waits for others. */
  delayMs?: number;
  /** How many items may go at present. Whoever makes room calls `next`. */
  room?: () => number;
  /** True for an error that no single item is to blame for. After others the items are tried one by one. */
  failsForAll?: (error: Error) => boolean;
  /** Called when a batch has ended and what waited has started. */
  onEnd?: () => void;
}

interface QueuedItem<T, R> {
  item: T;
  resolve: (result: R | Promise<R>) => void;
  reject: (error: unknown) => void;
}

/** Gathers pieces of work that are cheaper in bulk into batches; each gets its own result. */
export class Batcher<T, R> {
  private readonly queue: QueuedItem<T, R>[] = [];
  private inFlight = 0;
  private flushed = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: BatcherOptions<T, R>) {}

  get waiting(): number {
    return this.queue.length;
  }

  /** Batches under way. */
  get running(): number {
    return this.inFlight;
  }

  run(item: T): Promise<R> {
    const result = this.add(item);
    this.next();
    return result;
  }

  /** Starts nothing: for several items, or from within the work, after which the next batch starts anyway. */
  add(item: T, { first = false } = {}): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.queue[first ? 'unshift' : 'push']({ item, resolve, reject });
    });
  }

  /** From now on nothing waits for more items. */
  flush(): void {
    this.flushed = true;
    this.next();
  }

  /** Starts every batch that may go. */
  next(): void {
    const { maxBatch = Infinity, delayMs = 0 } = this.options;
    for (let size = this.size(); size > 0; size = this.size()) {
      if (delayMs > 0 && !this.flushed && size < maxBatch) {
        this.timer ??= setTimeout(() => this.start(this.size()), delayMs);
        return;
      }
      this.start(size);
    }
  }

  /** How many items may go now. */
  private size(): number {
    const { maxBatch = Infinity, maxInFlight = Infinity, room } = this.options;
    if (this.inFlight >= maxInFlight || this.queue.length === 0) return 0;
    return Math.min(this.queue.length, maxBatch, room?.() ?? Infinity);
  }

  private start(size: number): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (size === 0) return;
    this.inFlight += 1;
    void this.runTogether(this.queue.splice(0, size)).then(() => {
      this.inFlight -= 1;
      this.next();
      this.options.onEnd?.();
    });
  }

  private async runTogether(batch: readonly QueuedItem<T, R>[]): Promise<void> {
    const { work, failsForAll = () => true } = this.options;
    try {
      const results = await work(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as R));
    } catch (error) {
      if (batch.length === 1 || failsForAll(error as Error)) batch.forEach(({ reject }) => reject(error));
      else for (const queued of batch) await this.runTogether([queued]);
    }
  }
}
