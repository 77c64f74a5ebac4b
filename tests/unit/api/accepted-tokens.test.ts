import { cacheAccepted } from '../../../api/auth/accepted-tokens';

const START = Date.parse('2026-11-20T10:00:00Z');

describe('Accepted tokens', () => {
  let nowMs: number;
  let checked: string[];
  let isWithdrawn: boolean;
  let countsUntilMs: number;

  beforeEach(() => {
    nowMs = START;
    checked = [];
    isWithdrawn = false;
    countsUntilMs = Infinity;
  });

  const remembering = (endsAfterMs: number) =>
    cacheAccepted(
      async (token) => {
        checked.push(token);
        if (isWithdrawn) throw new Error('not accepted');
        return { claims: { sub: token, exp: (START + endsAfterMs) / 1_000 }, countsUntilMs };
      },
      () => new Date(nowMs),
    );

  it('are checked once for many requests, each by its own text', async () => {
    const verify = remembering(3_600_000);
    for (const token of ['a', 'b', 'a', 'b', 'a']) expect((await verify(token)).claims.sub).toBe(token);
    expect(checked).toEqual(['a', 'b']);
  });

  it('are checked again after half a minute: a key that was withdrawn counts no longer', async () => {
    const verify = remembering(3_600_000);
    await verify('a');
    isWithdrawn = true;
    nowMs += 29_999;
    await verify('a');
    nowMs += 1;
    await expect(verify('a')).rejects.toThrow('not accepted');
    await expect(verify('a')).rejects.toThrow('not accepted');
    expect(checked).toEqual(['a', 'a', 'a']);
  });

  it('are not remembered longer than the keys count that they were verified with', async () => {
    const verify = remembering(3_600_000);
    countsUntilMs = START + 10_000;
    await verify('a');
    nowMs += 9_999;
    await verify('a');
    expect(checked).toEqual(['a']);
    nowMs += 1;
    await verify('a');
    expect(checked).toEqual(['a', 'a']);
  });

  it('are not remembered beyond their own end', async () => {
    const verify = remembering(5_000);
    await verify('a');
    nowMs += 5_000;
    await verify('a');
    expect(checked).toEqual(['a', 'a']);
  });

  it('are checked again when the clock was set back', async () => {
    const verify = remembering(3_600_000);
    await verify('a');
    nowMs -= 1;
    await verify('a');
    expect(checked).toEqual(['a', 'a']);
  });

  it('do not fill the memory, however many there are', async () => {
    const verify = remembering(3_600_000);
    for (let number = 0; number <= 1_000; number += 1) await verify(`t${number}`);
    await verify('t1000');
    await verify('t1');
    expect(checked).toHaveLength(1_001);
    await verify('t0');
    expect(checked.at(-1)).toBe('t0');
  });
});
