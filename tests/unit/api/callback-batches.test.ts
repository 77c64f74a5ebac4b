import { Batcher } from '../../../api/attempts/callbacks/batcher';
import { CallbackRate } from '../../../api/attempts/callbacks/rate';

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

describe('Callbacks taken in together', () => {
  test('go alone and at once while nothing is under way, and together behind what is; each gets its own result.', async () => {
    const bench = new Bench();
    const batches = new Batcher(bench.work, () => false);
    const results = [1, 2, 3, 4, 5].map((item) => batches.run(item));
    expect(bench.batches.map(({ items }) => items)).toEqual([[1], [2]]);
    bench.batches[0]?.finish();
    await untilSettled();
    expect(bench.batches[2]?.items).toEqual([3, 4, 5]);
    bench.batches[1]?.finish();
    bench.batches[2]?.finish();
    expect(await Promise.all(results)).toEqual([1, 2, 3, 4, 5].map((item) => `done ${item}`));
  });

  test('are tried one by one when one of them makes the statement fail: only that one fails.', async () => {
    const work = async (items: readonly number[]): Promise<number[]> => {
      await untilSettled();
      if (items.includes(4)) throw new Error('four');
      return [...items];
    };
    const batches = new Batcher(work, () => false);
    const ends = await Promise.allSettled([1, 2, 3, 4, 5].map((item) => batches.run(item)));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  test('fail together, without more tries, when the database is away.', async () => {
    const bench = new Bench();
    const batches = new Batcher(bench.work, () => true);
    const ends = Promise.allSettled([1, 2, 3, 4].map((item) => batches.run(item)));
    for (const index of [0, 1, 2]) {
      bench.batches[index]?.fail(new Error('away'));
      await untilSettled();
    }
    expect((await ends).map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect(bench.batches).toHaveLength(3);
  });
});

describe('The rate of signals to workflows', () => {
  const at = (ms: number) => new Date(1_750_000_000_000 + ms);

  test('lets everything through that comes at less than twenty a second.', () => {
    const pace = new CallbackRate();
    for (let index = 0; index < 200; index += 1) {
      expect(pace.begin(at(index * 60))).toBe(true);
      pace.end();
    }
  });

  test('leaves a burst to the relay but for its beginning, and goes on when it is over.', () => {
    const pace = new CallbackRate();
    const begun = Array.from({ length: 1000 }, (_, index) => pace.begin(at(index))).filter(Boolean);
    expect(begun).toHaveLength(10);
    begun.forEach(() => pace.end());
    expect(pace.begin(at(4000))).toBe(true);
  });

  test('lets only a few be under way while Temporal does not answer.', () => {
    const pace = new CallbackRate();
    const begun = Array.from({ length: 100 }, (_, index) => pace.begin(at(index * 1000))).filter(Boolean);
    expect(begun).toHaveLength(10);
  });
});
