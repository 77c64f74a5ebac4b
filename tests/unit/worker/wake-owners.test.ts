import pino from 'pino';
import { Registry } from 'prom-client';
import { createRelayMetrics } from '../../../worker/relay-metrics';
import { OwnerWaker } from '../../../worker/wake-owners';

const FAULTY = 'faulty';

function aWaker(stuck: string[] = []): OwnerWaker<string> {
  return new OwnerWaker<string>({
    graceMs: 30_000,
    log: pino({ enabled: false }),
    metrics: createRelayMetrics(new Registry()),
    idOf: (owner) => owner,
    onStuck: (owner) => Promise.resolve(void stuck.push(owner)),
  });
}

const failFor =
  (faulty: (owner: string) => boolean, woken: string[]) =>
  (owner: string): Promise<boolean> => {
    if (faulty(owner)) return Promise.reject(new Error('a row nobody can handle'));
    woken.push(owner);
    return Promise.resolve(true);
  };

describe('Owners that are to be woken', () => {
  it('are all woken but the one whose row cannot be handled, wherever it stands; that one rests', async () => {
    for (const owners of [
      [FAULTY, 'a', 'b'],
      ['a', FAULTY, 'b'],
      ['a', 'b', FAULTY],
    ]) {
      const woken: string[] = [];
      const waker = aWaker();
      expect(
        await waker.wakeAll(
          'deadlines',
          owners,
          failFor((owner) => owner === FAULTY, woken),
        ),
      ).toBe(2);
      expect(woken.sort()).toEqual(['a', 'b']);
      expect(waker.isResting(FAULTY)).toBe(true);
    }
  });

  it('are left to the next look when none can be woken: then it is not their fault, and the look says so', async () => {
    const owners = Array.from({ length: 50 }, (_, at) => `owner-${at}`);
    const waker = aWaker();
    const tries: string[] = [];
    const all = waker.wakeAll('deadlines', owners, (owner) => {
      tries.push(owner);
      return Promise.reject(new Error('Temporal is away'));
    });
    await expect(all).rejects.toThrow('Temporal is away');
    expect(tries.length).toBeLessThan(owners.length);
    expect(owners.filter((owner) => waker.isResting(owner))).toEqual([]);
  });

  it('are called stuck when they were woken four times for what is due and did nothing', async () => {
    const stuck: string[] = [];
    const waker = aWaker(stuck);
    for (let look = 1; look <= 4; look += 1)
      await waker.wakeAll(
        'deadlines',
        ['idle'],
        failFor(() => false, []),
      );
    expect(stuck).toEqual(['idle']);
  });
});
