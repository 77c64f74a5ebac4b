export interface RunOptions<V> {
  /** How many at a time. */
  parallel: number;
  /** Aborted: nothing further is begun, what is under way is finished. */
  signal?: AbortSignal;
  onVerdict?: (verdict: V) => void;
}

/** Does the items several at a time. Verdicts come in the order of the items; those not begun have none. */
export async function inLanes<T, V>(
  items: readonly T[],
  run: (item: T, order: number) => Promise<V>,
  { parallel, signal, onVerdict }: RunOptions<V>,
): Promise<V[]> {
  const verdicts = new Map<number, V>();
  const waiting = items.entries();
  const lane = async (): Promise<void> => {
    for (const [order, item] of waiting) {
      if (signal?.aborted) return;
      const verdict = await run(item, order);
      verdicts.set(order, verdict);
      onVerdict?.(verdict);
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  return [...verdicts].sort(([one], [other]) => one - other).map(([, verdict]) => verdict);
}
