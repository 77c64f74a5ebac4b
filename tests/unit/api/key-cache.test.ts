import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose';
import { type HeldKeys, KeyCache } from '../../../api/auth/key-cache';

const START = Date.parse('2026-11-20T10:00:00Z');
const TIMES = { maxAgeMs: 30_000, minIntervalMs: 1_000, keepMs: 3_600_000 };
const RS256 = { alg: 'RS256', protected: '' };

let publicKey: JWK;
beforeAll(async () => {
  publicKey = await exportJWK((await generateKeyPair('RS256')).publicKey);
});

describe('Keys of an issuer', () => {
  let nowMs: number;
  let published: string[];
  let fetches: number;
  let failures: string[];
  let isDown: boolean;
  /** Set: fetches wait for it. */
  let gate: Promise<void> | undefined;
  let cache: KeyCache;

  const fetchPublished = async (): Promise<JSONWebKeySet> => {
    fetches += 1;
    await gate;
    if (isDown) throw new Error('down');
    return { keys: published.map((kid) => ({ ...publicKey, kid })) };
  };
  const knows = async (keys: HeldKeys | undefined, kid: string): Promise<boolean> => {
    try {
      await keys?.find({ ...RS256, kid }, { payload: '', signature: '' });
      return keys !== undefined;
    } catch {
      return false;
    }
  };
  /** Background fetches take a few turns of the event loop. */
  const backgroundDone = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  beforeEach(() => {
    nowMs = START;
    published = ['a'];
    fetches = 0;
    failures = [];
    isDown = false;
    gate = undefined;
    const onFailure = (error: unknown): number => failures.push((error as Error).message);
    cache = new KeyCache({ fetch: fetchPublished, times: TIMES, now: () => new Date(nowMs), onFailure });
  });

  it('are fetched once for all who ask at the same time', async () => {
    const all = await Promise.all([cache.current(), cache.current(), cache.current()]);
    expect(fetches).toBe(1);
    for (const keys of all) expect(await knows(keys, 'a')).toBe(true);
  });

  it('count for their greatest age after they were asked for, not longer', async () => {
    const keys = await cache.current();
    expect(keys.countUntilMs).toBe(START + TIMES.maxAgeMs);
    published = ['b'];
    nowMs += TIMES.maxAgeMs;
    const later = await cache.current();
    expect([await knows(later, 'a'), await knows(later, 'b')]).toEqual([false, true]);
  });

  it('are fetched in the background from half of that age on, so that nobody waits', async () => {
    await cache.current();
    published = ['b'];
    nowMs += TIMES.maxAgeMs / 2;
    expect(await knows(await cache.current(), 'a')).toBe(true);
    await backgroundDone();
    expect(await knows(await cache.current(), 'b')).toBe(true);
    expect(fetches).toBe(2);
  });

  it('are fetched at once when a key is asked for that is not among them, and again a second later', async () => {
    const first = await cache.current();
    published = ['b'];
    nowMs += TIMES.minIntervalMs;
    const second = await cache.newerThan(first);
    expect(await knows(second, 'b')).toBe(true);
    published = ['c'];
    nowMs += TIMES.minIntervalMs;
    expect(await knows(await cache.newerThan(second as HeldKeys), 'c')).toBe(true);
  });

  it('are not fetched more often than that, however many unknown keys are asked for', async () => {
    const keys = await cache.current();
    nowMs += TIMES.minIntervalMs - 1;
    for (let round = 0; round < 100; round += 1) expect(await cache.newerThan(keys)).toBeUndefined();
    expect(fetches).toBe(1);
  });

  it('that somebody else has fetched meanwhile are given without another fetch', async () => {
    const first = await cache.current();
    nowMs += TIMES.minIntervalMs;
    await cache.newerThan(first);
    expect(await cache.newerThan(first)).toBeDefined();
    expect(fetches).toBe(2);
  });

  it('go on counting while the issuer is down, without anybody waiting for it, and the outage is told once', async () => {
    await cache.current();
    isDown = true;
    nowMs += TIMES.maxAgeMs;
    expect(await knows(await cache.current(), 'a')).toBe(true);
    let open = (): void => undefined;
    gate = new Promise((resolve) => (open = resolve));
    nowMs += TIMES.minIntervalMs;
    const kept = await cache.current();
    expect(await knows(kept, 'a')).toBe(true);
    expect(kept.countUntilMs).toBe(nowMs + TIMES.minIntervalMs);
    open();
    await backgroundDone();
    expect([fetches, failures]).toEqual([3, ['down']]);
  });

  it('count no longer when the issuer was down for the documented time', async () => {
    await cache.current();
    isDown = true;
    nowMs += TIMES.keepMs;
    await expect(cache.current()).rejects.toMatchObject({ code: 'keys-unavailable' });
    isDown = false;
    nowMs += TIMES.minIntervalMs;
    expect(await knows(await cache.current(), 'a')).toBe(true);
  });

  it('that were never there are asked for once a second only', async () => {
    isDown = true;
    for (let round = 0; round < 10; round += 1)
      await expect(cache.current()).rejects.toMatchObject({ code: 'keys-unavailable' });
    expect(fetches).toBe(1);
  });

  it.each([
    ['no set', { keys: 'none' }],
    ['a text', 'hello'],
    ['nothing', null],
  ])('stay as they are when the issuer sends %s', async (_, junk) => {
    let answer: unknown = { keys: [{ ...publicKey, kid: 'a' }] };
    const onFailure = (error: unknown): number => failures.push((error as Error).name);
    const fetch = async (): Promise<JSONWebKeySet> => answer as JSONWebKeySet;
    cache = new KeyCache({ fetch, times: TIMES, now: () => new Date(nowMs), onFailure });
    await cache.current();
    answer = junk;
    nowMs += TIMES.maxAgeMs;
    expect(await knows(await cache.current(), 'a')).toBe(true);
    expect(failures).toEqual(['JWKSInvalid']);
  });

  it('are fetched anew when the clock was set back', async () => {
    await cache.current();
    nowMs -= 1;
    await cache.current();
    expect(fetches).toBe(2);
  });
});
