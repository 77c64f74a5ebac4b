/** Works through the items in order, at most `limit` at a time. The first failure ends it, after those under way. */
export async function workThrough<T>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const waiting = items.entries();
  const slot = async (): Promise<void> => {
    for (const [index, item] of waiting) await work(item, index);
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, slot));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}
