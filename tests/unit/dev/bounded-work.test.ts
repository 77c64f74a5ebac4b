import { workThrough } from '../../../dev/bounded-work';
import { waitUntil } from '../../../dev/wait-until';

const NUMBERS = Array.from({ length: 12 }, (_, index) => index);

describe('work that is bounded', () => {
  it('gives the results in the order of the items, with no more under way than allowed', async () => {
    let [underWay, most] = [0, 0];
    const results = await workThrough(NUMBERS, 3, async (n) => {
      most = Math.max(most, (underWay += 1));
      for (let turn = 0; turn < 12 - n; turn += 1) await new Promise(setImmediate);
      underWay -= 1;
      return n * 2;
    });
    expect(results).toEqual(NUMBERS.map((n) => n * 2));
    expect(most).toBe(3);
  });

  it('begins nothing after a failure, and is over when what was under way is finished', async () => {
    const begun: number[] = [];
    let finished = false;
    const outcome = workThrough(NUMBERS, 2, async (n) => {
      begun.push(n);
      if (n === 1) throw new Error('no');
      await new Promise(setImmediate);
      finished = true;
    });
    await expect(outcome).rejects.toThrow('no');
    expect([begun, finished]).toEqual([[0, 1], true]);
  });

  it('begins nothing once it is aborted, and gives the results there are', async () => {
    const stopped = new AbortController();
    const results = await workThrough(
      NUMBERS,
      2,
      async (n) => {
        if (n === 3) stopped.abort();
        return n;
      },
      stopped.signal,
    );
    expect(results).toEqual([0, 1, 2, 3]);
  });
});

describe('a wait', () => {
  it('names what it was for and the last error', async () => {
    const failing = (): Promise<boolean> => Promise.reject(new Error('not yet'));
    const wait = waitUntil(failing, { what: 'the bus', timeoutMs: 30, intervalMs: 10 });
    await expect(wait).rejects.toThrow('Gave up waiting for the bus after 0 s. Last error: not yet');
  });
});
