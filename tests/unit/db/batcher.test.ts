import { Batcher } from '../../../db/core/batcher';
import { waitUntil } from '../../../dev/wait-until';

const IN_TWOS = { maxBatch: 50, maxInFlight: 2 };

/** Work that is finished by hand, batch by batch. */
class Bench {
  readonly batches: { items: readonly number[]; finish: () => void; fail: (error: Error) => void }[] = [];

  readonly work = (items: readonly number[]): Promise<string[]> =>
    new Promise((done, fail) => {
      this.batches.push({ items, finish: () => done(items.map((item) => `done ${item}`)), fail });
    });
}

async function untilSettled(): Promise<void> {
  await new Promise((done) => setImmediate(done));
}

describe('Work gathered into batches without delay', () => {
  test('goes alone and at once while nothing is under way, and together behind what is; each gets its own result.', async () => {
    const bench = new Bench();
    const batches = new Batcher({ ...IN_TWOS, work: bench.work, failsForAll: () => false });
    const results = [1, 2, 3, 4, 5].map((item) => batches.run(item));
    expect(bench.batches.map(({ items }) => items)).toEqual([[1], [2]]);
    bench.batches[0]?.finish();
    await untilSettled();
    expect(bench.batches[2]?.items).toEqual([3, 4, 5]);
    bench.batches[1]?.finish();
    bench.batches[2]?.finish();
    expect(await Promise.all(results)).toEqual([1, 2, 3, 4, 5].map((item) => `done ${item}`));
  });

  test('is tried one by one when one item makes a batch fail: only that one fails.', async () => {
    const work = async (items: readonly number[]): Promise<number[]> => {
      await untilSettled();
      if (items.includes(4)) throw new Error('four');
      return [...items];
    };
    const batches = new Batcher({ ...IN_TWOS, work, failsForAll: () => false });
    const ends = await Promise.allSettled([1, 2, 3, 4, 5].map((item) => batches.run(item)));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  test('fails together, without more tries, over an error that no item is to blame for.', async () => {
    const bench = new Bench();
    const batches = new Batcher({ ...IN_TWOS, work: bench.work, failsForAll: () => true });
    const ends = Promise.allSettled([1, 2, 3, 4].map((item) => batches.run(item)));
    for (const index of [0, 1, 2]) {
      bench.batches[index]?.fail(new Error('away'));
      await untilSettled();
    }
    expect((await ends).map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect(bench.batches).toHaveLength(3);
  });
});

describe('Work gathered into batches with a delay', () => {
  test('goes when a batch is full, when its delay is over, and at once after a flush.', async () => {
    const bench = new Bench();
    const batches = new Batcher({ work: bench.work, maxBatch: 2, delayMs: 1 });
    const results = [1, 2, 3].map((item) => batches.run(item));
    expect(bench.batches.map(({ items }) => items)).toEqual([[1, 2]]);
    await waitUntil(() => bench.batches.length === 2, {
      what: 'the delay to be over',
      timeoutMs: 5_000,
      intervalMs: 1,
    });
    batches.flush();
    results.push(batches.run(4));
    expect(bench.batches.map(({ items }) => items)).toEqual([[1, 2], [3], [4]]);
    bench.batches.forEach(({ finish }) => finish());
    expect(await Promise.all(results)).toEqual([1, 2, 3, 4].map((item) => `done ${item}`));
  });

  test('takes no more than there is room for, and the rest when room is made.', async () => {
    const bench = new Bench();
    const room = { left: 0 };
    const work = (items: readonly number[]): Promise<string[]> => {
      room.left -= items.length;
      return bench.work(items);
    };
    const batches = new Batcher({ work, room: () => room.left });
    const results = Promise.all([1, 2, 3].map((item) => batches.run(item)));
    expect([bench.batches.length, batches.waiting]).toEqual([0, 3]);
    for (const more of [2, 5]) {
      room.left += more;
      batches.next();
    }
    expect(bench.batches.map(({ items }) => items)).toEqual([[1, 2], [3]]);
    bench.batches.forEach(({ finish }) => finish());
    await results;
  });

  test('puts back to the front what its work returns to it, and gives that item the later result.', async () => {
    const seen: number[][] = [];
    const batches: Batcher<number, string> = new Batcher({
      maxBatch: 2,
      maxInFlight: 1,
      work: async (items) => {
        seen.push([...items]);
        await untilSettled();
        return items.map((item) => (item < 0 ? batches.add(-item, { first: true }) : `done ${item}`));
      },
    });
    const results = [-1, 2, 3].map((item) => batches.run(item));
    expect(await Promise.all(results)).toEqual(['done 1', 'done 2', 'done 3']);
    expect(seen).toEqual([[-1], [1, 2], [3]]);
  });
});
