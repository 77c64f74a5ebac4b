/**
 * Works through the items in order, at most `limit` at a time. The first failure ends it, and so does the signal; either way
 * what is under way is finished. @returns the results in the order of the items, without those of items not begun
 */
export async function workThrough<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
  signal?: AbortSignal,
): Promise<R[]> {
  const results = new Map<number, R>();
  const waiting = items.entries();
  const failures: unknown[] = [];
  const slot = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      if (failures.length > 0 || signal?.aborted) return;
      try {
        results.set(index, await work(item, index));
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, slot));
  if (failures.length > 0) throw failures[0];
  return [...results].sort(([one], [other]) => one - other).map(([, result]) => result);
}
