export interface RunOptions<V> {
  /** How many at a time. */
  parallel: number;
  /** Aborted: nothing further is begun, what is under way is finished. */
  signal?: AbortSignal;
  onResult?: (result: V) => void;
}

/** Runs the items several at a time. Results come in the order of the items; those not begun have none. */
export async function inPool<T, V>(
  items: readonly T[],
  run: (item: T, order: number) => Promise<V>,
  { parallel, signal, onResult }: RunOptions<V>,
): Promise<V[]> {
  const results = new Map<number, V>();
  const waiting = items.entries();
  const slot = async (): Promise<void> => {
    for (const [order, item] of waiting) {
      if (signal?.aborted) return;
      const result = await run(item, order);
      results.set(order, result);
      onResult?.(result);
    }
  };
  await Promise.all(Array.from({ length: parallel }, slot));
  return [...results].sort(([one], [other]) => one - other).map(([, result]) => result);
}
