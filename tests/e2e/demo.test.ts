import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ShownEffect } from '../../dev/demo/effects';
import { doneMeansDone, everythingDone, nothingDoubled } from '../../dev/demo/invariants';
import type { LogEntry } from '../../dev/simulator/journal';
import { ROOT } from '../../dev/stack-children';

jest.setTimeout(240_000);

const run = promisify(execFile);

/** Runs the demo as people do. Rejects when it exits with anything but 0; what it printed is in the error then. */
async function demo(...args: string[]): Promise<string> {
  const { stdout } = await run('npm', ['run', '--silent', 'demo', '--', ...args], { cwd: ROOT, timeout: 230_000 });
  return stdout;
}

describe('the demo', () => {
  test('With six learners it tells every story, finds that everything holds and ends with exit code 0.', async () => {
    const output = await demo('--learners', '6', '--exit');
    for (const status of ['declined', 'rejected', 'verified', 'started', 'removed (submitted)']) {
      expect(output).toContain(status);
    }
    expect(output).toMatch(/│ Service +│ effects done +│ superseded +│ retries survived +│/);
    expect(output).toMatch(/│ credit +│ [1-9]\d* +│ \d+ +│ [1-9]\d* +│/);
    expect(output).not.toContain('BROKEN');
    expect(output).toMatch(/Everything holds \(\d+ s\)/);
  });

  test('It explains itself, and says what is wrong with a command line.', async () => {
    expect(await demo('--help')).toContain('--learners N');
    await expect(demo('--learners', 'many')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--learners'),
    });
  });
});

describe('the checks of the demo', () => {
  const applied = {
    seq: 1,
    at: '',
    service: 'credit',
    effect: 'credit.set',
    idempotencyKey: 'a:1:credit.set',
    body: null,
  };
  const request: LogEntry = {
    ...{ seq: 1, phase: 'answered', at: '', answeredAt: '', service: 'credit', method: 'PUT', path: '/', query: {} },
    ...{ idempotencyKey: 'a:1:credit.set', body: null, status: 200, destroyed: false, repeat: false, applied: true },
  };
  const effect: ShownEffect = {
    ...{ effectId: '1', name: 'credit.set', state: 'done', tries: 1, lastError: null, detail: null, version: 1 },
    ...{ createdAt: '', doneAt: '' },
  };

  test('A request that failed and was repeated until it had effect is no breach.', () => {
    const failed = { ...request, seq: 0, status: 503, applied: false };
    expect(nothingDoubled([applied], [failed, request]).breaches).toEqual([]);
  });

  test('An effect that took place twice under one key is a breach.', () => {
    expect(nothingDoubled([applied, { ...applied, seq: 2 }], [request]).breaches).toHaveLength(1);
  });

  test('A request for what had been done already is a breach, though the receiver ignored it.', () => {
    const again = { ...request, seq: 2, repeat: true, applied: false };
    expect(nothingDoubled([applied], [request, again]).breaches).toHaveLength(1);
  });

  test('A failed effect and an attempt with effects pending are breaches.', () => {
    const failed: ShownEffect = { ...effect, state: 'failed' };
    expect(everythingDone([{ attemptCode: 'x', pendingEffects: 1 }], [effect, failed]).breaches).toHaveLength(2);
  });

  test('An effect called done that its receiver never saw is a breach.', () => {
    expect(doneMeansDone([effect], []).breaches).toHaveLength(1);
    expect(doneMeansDone([effect], [applied]).breaches).toEqual([]);
  });
});
