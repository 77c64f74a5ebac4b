import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ExportAnswer } from '../../contracts/http/exports';
import type { EffectAnswer } from '../../dev/demo/effects';
import { type ExportsSeen, inspectExports } from '../../dev/demo/export-findings';
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
  test('With six learners it plays every story, finds that everything holds and ends with exit code 0.', async () => {
    const output = await demo('--learners', '6', '--exit');
    for (const status of ['declined', 'rejected', 'verified', 'started', 'removed (submitted)']) {
      expect(output).toContain(status);
    }
    expect(output).toMatch(/│ Service +│ effects done +│ superseded +│ retries survived +│/);
    expect(output).toMatch(/│ credit +│ [1-9]\d* +│ \d+ +│ [1-9]\d* +│/);
    expect(output).toContain('The learning record store goes down.');
    expect(output).toMatch(/│ quarantined │ +│ 2 +│/);
    expect(output).toMatch(/ok +Every record sent is at the channel exactly once \(1938 records/);
    expect(output).toMatch(/Preview: \d+ of 120 students qualify/);
    expect(output).toMatch(/│ q008 +│ does not → qualifies │ week-6 +│ failed, 41 points → passed, 74 points │/);
    expect(output).toMatch(/ok +Changes name the students of the late feedback and nobody else \(2 students/);
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
    seq: 1,
    phase: 'answered',
    at: '',
    answeredAt: '',
    service: 'credit',
    method: 'PUT',
    path: '/',
    query: {},
    idempotencyKey: 'a:1:credit.set',
    body: null,
    status: 200,
    destroyed: false,
    repeat: false,
    applied: true,
  };
  const effect: EffectAnswer = {
    effectId: '1',
    name: 'credit.set',
    state: 'done',
    tries: 1,
    lastError: null,
    detail: null,
    version: 1,
    createdAt: '',
    doneAt: '',
  };

  test('A request that failed and was repeated until it had effect is no breach.', () => {
    const failed = { ...request, seq: 0, status: 503, applied: false };
    expect(nothingDoubled([applied], [failed, request]).breaches).toEqual([]);
  });

  test('An effect that took place twice under one key is a breach.', () => {
    expect(nothingDoubled([applied, { ...applied, seq: 2 }], [request]).breaches).toHaveLength(1);
  });

  test('A request for what had been done already is a breach, though the receiver ignored it.', () => {
    const repetition = { ...request, seq: 2, repeat: true, applied: false };
    expect(nothingDoubled([applied], [request, repetition]).breaches).toHaveLength(1);
  });

  test('A failed effect and an attempt with effects pending are breaches.', () => {
    const failed: EffectAnswer = { ...effect, state: 'failed' };
    expect(everythingDone([{ attemptCode: 'x', pendingEffects: 1 }], [effect, failed]).breaches).toHaveLength(2);
  });

  test('An effect called done that its receiver never saw is a breach.', () => {
    expect(doneMeansDone([effect], []).breaches).toHaveLength(1);
    expect(doneMeansDone([effect], [applied]).breaches).toEqual([]);
  });

  test('An export that does not add up, doubles, loses or repeats records is a breach each.', () => {
    const totals = { selected: 3, sent: 1, unchanged: 0, skipped: {}, failed: 0, quarantined: 2, pending: 0 };
    const first = { exportId: '1', status: 'completed-with-errors', totals, reasons: {} } as ExportAnswer;
    const second = { ...first, totals: { ...totals, sent: 0, unchanged: 1 } };
    const taken = [{ learner: 'a', course: 'c', accepted: 1, refused: 0, repeated: 0 }];
    const seen = { first, second, taken, hadOutage: true };
    const breaches = (changes: Partial<ExportsSeen>, selected = 3): number[] =>
      inspectExports({ selected }, { ...seen, ...changes }).map((finding) => finding.breaches.length);
    expect(breaches({})).toEqual([0, 0, 0, 0]);
    expect(breaches({}, 4)).toEqual([2, 0, 0, 0]);
    expect(breaches({ taken: taken.map((one) => ({ ...one, accepted: 2 })) })).toEqual([0, 1, 0, 0]);
    expect(breaches({ taken: [] })).toEqual([0, 1, 0, 0]);
    expect(breaches({ second: first })).toEqual([0, 1, 0, 1]);
    expect(breaches({ first: { ...first, status: 'completed' } })).toEqual([0, 0, 1, 0]);
  });
});
