import { workThrough } from '../../dev/bounded-work';

export interface RunOptions<V> {
  /** How many at a time. */
  parallel: number;
  /** Aborted: nothing further is begun, what is under way is finished. */
  signal?: AbortSignal;
  onResult?: (result: V) => void;
}

/** Runs the items several at a time. Results come in the order of the items; those not begun have none. */
export function inPool<T, V>(
  items: readonly T[],
  run: (item: T, order: number) => Promise<V>,
  { parallel, signal, onResult }: RunOptions<V>,
): Promise<V[]> {
  const reported = async (item: T, order: number): Promise<V> => {
    const result = await run(item, order);
    onResult?.(result);
    return result;
  };
  return workThrough(items, parallel, reported, signal);
}
