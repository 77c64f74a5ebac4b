import { CachedReading } from '../../../db/health/cached-reading';

const OPTIONS = { freshMs: 15_000, patienceMs: 60_000, staleMs: 60_000, timesAsLong: 30 };

/** Readings that end when the test says, and its clock. */
class Source {
  nowMs = 0;
  readonly asked: { resolve: (value: number) => void; reject: (error: Error) => void }[] = [];

  reading(options = OPTIONS): CachedReading<number> {
    const read = (): Promise<number> => new Promise((resolve, reject) => this.asked.push({ resolve, reject }));
    return new CachedReading(read, options, () => this.nowMs);
  }
}

let source: Source;
beforeEach(() => {
  source = new Source();
});

describe('a cached reading', () => {
  it('reads once for all who ask at once, and not again while the value is fresh', async () => {
    const reading = source.reading();
    const answers = [reading.current(), reading.current(), reading.current()];
    source.asked[0]?.resolve(7);
    expect(await Promise.all(answers)).toEqual([7, 7, 7]);
    source.nowMs += 14_999;
    expect(await reading.current()).toBe(7);
    expect(source.asked).toHaveLength(1);
  });

  it('is fresh for longer where reading took long', async () => {
    const reading = source.reading();
    const first = reading.current();
    source.nowMs += 1_000;
    source.asked[0]?.resolve(1);
    expect(await first).toBe(1);
    source.nowMs += 29_999;
    expect(await reading.current()).toBe(1);
    expect(source.asked).toHaveLength(1);
  });

  it('forgets the value when the next reading fails, and tries again at the next question', async () => {
    const reading = source.reading();
    const first = reading.current();
    source.asked[0]?.resolve(1);
    expect(await first).toBe(1);
    source.nowMs += 15_000;
    const second = reading.current();
    source.asked[1]?.reject(new Error('down'));
    expect(await second).toBeNull();
    const third = reading.current();
    source.asked[2]?.resolve(3);
    expect(await third).toBe(3);
  });

  it('gives a slow reading’s caller the value before until that is stale, and begins no second reading', async () => {
    const reading = source.reading({ ...OPTIONS, patienceMs: 5 });
    const first = reading.current();
    source.asked[0]?.resolve(1);
    expect(await first).toBe(1);
    source.nowMs += 59_999;
    expect([await reading.current(), await reading.current()]).toEqual([1, 1]);
    source.nowMs += 1;
    expect(await reading.current()).toBeNull();
    expect(source.asked).toHaveLength(2);
  });

  it('gives nothing when a slow reading is the first', async () => {
    expect(await source.reading({ ...OPTIONS, patienceMs: 5 }).current()).toBeNull();
  });
});
