import { randomUUID } from 'node:crypto';
import type { AttemptKey, AttemptState } from '../../../contracts/attempts/messages';
import { asActivity, AttemptFixture, FIXTURE_PROVIDER } from '../../support/attempt-fixture';

jest.setTimeout(20_000);

let fixture: AttemptFixture;
beforeAll(async () => {
  fixture = await AttemptFixture.start();
}, 30_000);
afterEach(async () => {
  fixture.simulator.faults.clear();
  await fixture.untilQuiet();
});
afterAll(() => fixture.stop());

const performEffect = (effectId: string, notBeforeMs?: number) =>
  asActivity(() => fixture.activities.performEffect({ effectId, ...(notBeforeMs ? { notBeforeMs } : {}) }));
const dueNames = ({ due }: AttemptState) => due.map(({ name }) => name);

describe('A first try whose receiver takes longer than the budget', () => {
  let key: AttemptKey;
  let state: AttemptState;
  beforeEach(async () => {
    key = await fixture.created();
    fixture.simulator.faults.set('instructor', { hang: true });
    state = await fixture.change(key, 'submitted', fixture.with({ effectBudgetMs: 300 }));
  });

  it('hands over: the caller is answered with what is still to be done', () => {
    expect(dueNames(state)).toContain('instructor.complete');
    expect(state.attempt).toMatchObject({ status: 'submitted', pendingEffects: state.due.length });
  });

  it('is not joined by a second request while the first is under way', async () => {
    const { effectId } = await fixture.effect(key, 'instructor.complete');
    await expect(performEffect(effectId)).rejects.toMatchObject({ type: 'EffectWaits' });
    expect(fixture.requests(key, 'instructor')).toBe(1);
  });

  it('finishes by itself, and whoever comes later finds it done', async () => {
    const { effectId } = await fixture.effect(key, 'instructor.complete');
    fixture.simulator.faults.clear();
    await fixture.untilQuiet();
    expect(await fixture.attempt(key)).toMatchObject({ pendingEffects: 0 });
    expect(await performEffect(effectId)).toBe('done');
    expect(fixture.requests(key, 'instructor')).toBe(1);
    expect(fixture.applied(key, 'instructor')).toHaveLength(1);
  });
});

describe('A receiver that answers with Retry-After', () => {
  const FAULT = { status: 429, retryAfterSeconds: 30 };

  it('is left alone that long after the first try', async () => {
    const key = await fixture.created();
    fixture.simulator.faults.set('instructor', FAULT);
    const { due } = await fixture.change(key, 'submitted');
    const [left] = due;
    const waitMs = (left?.notBeforeMs ?? 0) - Date.now();
    expect(waitMs).toBeGreaterThan(25_000);
    expect(waitMs).toBeLessThanOrEqual(30_000);
    const early = performEffect(left?.effectId ?? '', left?.notBeforeMs);
    await expect(early).rejects.toMatchObject({ type: 'EffectWaits', nextRetryDelay: expect.any(Number) as number });
    expect(fixture.requests(key, 'instructor')).toBe(1);
  });

  it('sets the pause before the next try of the retrying activity', async () => {
    const key = await fixture.created();
    fixture.simulator.faults.set('instructor', { status: 503 });
    const { due } = await fixture.change(key, 'submitted');
    fixture.simulator.faults.set('instructor', FAULT);
    const failed = performEffect(due[0]?.effectId ?? '');
    await expect(failed).rejects.toMatchObject({ type: 'EffectRetry', nextRetryDelay: 30_000 });
  });
});

describe('A receiver that refuses for good', () => {
  it('leaves the status as it is and calls for an operator, who can have it tried again', async () => {
    const key = await fixture.created();
    fixture.simulator.faults.set('instructor', { refuse: 422 });
    await fixture.change(key, 'submitted');
    const { effectId, state, lastError } = await fixture.effect(key, 'instructor.complete');
    expect({ state, lastError }).toEqual({ state: 'failed', lastError: 'instructor answered 422' });
    const attempt = { status: 'submitted', needsAttention: ['effect-failed'], pendingEffects: 1 };
    expect(await fixture.attempt(key)).toMatchObject(attempt);
    const again = performEffect(effectId);
    const failure = { type: 'EffectFailed', nonRetryable: true };
    await expect(again).rejects.toMatchObject({
      ...failure,
      message: 'instructor.complete failed: instructor answered 422',
    });
    expect(fixture.requests(key, 'instructor')).toBe(1);

    fixture.simulator.faults.clear();
    const reopened = await fixture.activities.reopenEffect({ key, nowMs: Date.now(), effectId });
    expect(reopened && 'due' in reopened && dueNames(reopened)).toEqual(['instructor.complete']);
    expect(await performEffect(effectId)).toBe('done');
    expect(await fixture.attempt(key)).toMatchObject({ needsAttention: [], pendingEffects: 0 });
  });

  it('is not asked again about an effect that did not fail', async () => {
    const key = await fixture.created();
    await fixture.change(key, 'submitted');
    const { effectId } = await fixture.effect(key, 'instructor.complete');
    expect(await fixture.activities.reopenEffect({ key, nowMs: Date.now(), effectId })).toBeNull();
  });
});

describe('Services that are not configured', () => {
  it('make their effects skipped, with the reason, and nothing is pending', async () => {
    const key = await fixture.created();
    const platform = { ...fixture.dependencies.platform, credit: null, mail: null };
    const state = await fixture.change(key, 'submitted', fixture.with({ platform }));
    expect(state).toMatchObject({ due: [], attempt: { pendingEffects: 0, needsAttention: [] } });
    const skipped = (await fixture.effects(key)).filter((effect) => effect.state === 'skipped');
    expect(skipped.map(({ name, detail }) => `${name}: ${detail}`)).toEqual([
      'credit.set: not configured',
      'email: not configured',
    ]);
    expect(fixture.requests(key, 'credit')).toBe(0);
  });
});

describe('Status reports for a provider that has removed the attempt already', () => {
  const decide = (key: AttemptKey, commandId: string) => {
    const command = { type: 'remove', requireProviderRemoval: true } as const;
    return fixture.activities.decide({ key, commandId, command, nowMs: Date.now(), confirmedVersion: 0 });
  };

  it('are skipped when a removal has asked it in between, and the removal goes through', async () => {
    const key = await fixture.created();
    const commandId = randomUUID();
    expect(await decide(key, commandId)).toEqual({ kind: 'ask', question: 'removal' });
    await fixture.activities.askOutside({ commandId, key });
    const { attempt } = await fixture.change(key, 'error');
    expect(attempt).toMatchObject({ status: 'error', pendingEffects: 0, needsAttention: [] });
    expect(await fixture.effect(key, 'provider.error')).toMatchObject({ state: 'skipped' });
    expect(await decide(key, commandId)).toMatchObject({ kind: 'applied', state: { attempt: { isArchived: true } } });
  });

  it('fail and call for an operator when nobody has asked for a removal', async () => {
    const key = await fixture.created();
    fixture.simulator.faults.set(`provider:${FIXTURE_PROVIDER}`, { status: 404 });
    await fixture.change(key, 'error');
    expect(await fixture.effect(key, 'provider.error')).toMatchObject({ state: 'failed' });
    expect(await fixture.attempt(key)).toMatchObject({ needsAttention: ['effect-failed'] });
  });
});
