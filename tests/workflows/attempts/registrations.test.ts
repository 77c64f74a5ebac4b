import {
  actUpdate,
  type AttemptKey,
  createUpdate,
  markReadyToResumeUpdate,
} from '../../../contracts/attempts/messages';
import { FIXTURE_PROVIDER } from '../../support/attempt-fixture';
import { WorkflowFixture } from './workflow-fixture';

jest.setTimeout(60_000);

let fixture: WorkflowFixture;
beforeAll(async () => {
  fixture = await WorkflowFixture.start({ timings: { questionTimeoutMs: 4_000 } });
});
afterAll(() => fixture.stop());
afterEach(() => fixture.backend.simulator.faults.clear());

const SERVICE = `provider:${FIXTURE_PROVIDER}`;

/** What the provider was told of the exam, in order. */
function atProvider({ examId }: AttemptKey): string[] {
  const applied = fixture.backend.simulator.journal.appliedEffects({ service: SERVICE });
  return applied.filter((one) => one.examId === String(examId)).map(({ effect }) => effect);
}

async function practiceKey(): Promise<AttemptKey> {
  const key = await fixture.backend.newKey();
  await fixture.backend.knex('exams').where({ id: key.examId }).update({ is_practice_exam: true });
  return key;
}

/** How each of several clicks ended. */
async function outcomes(clicks: Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(clicks);
  return settled.map((one) => (one.status === 'fulfilled' ? 'done' : codeOf(one.reason))).sort();
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? String(error);
}

it.each([2, 6])('%i creations at once register the learner once, and one of them is made', async (count) => {
  const key = await fixture.backend.newKey();
  fixture.backend.simulator.faults.set(SERVICE, { latencyMs: 300, remaining: 1 });
  const results = await outcomes(Array.from({ length: count }, () => fixture.create(key)));
  expect(results).toEqual([...Array.from({ length: count - 1 }, () => 'attempt-already-exists'), 'done']);
  expect(atProvider(key)).toEqual(['provider.register']);
});

it('Three resets at once make one new attempt, registered once', async () => {
  const key = await practiceKey();
  await fixture.create(key);
  await fixture.change(key, 'rejected');
  const reset = () => fixture.update(key, actUpdate, { action: 'reset_attempt', actor: 'learner' } as const);
  const results = await outcomes([reset(), reset(), reset()]);
  expect(results.filter((one) => one === 'done')).toHaveLength(1);
  expect(atProvider(key)).toEqual(['provider.register', 'provider.register']);
});

it('Three resumptions at once make one new attempt, registered once', async () => {
  const key = await fixture.backend.newKey();
  await fixture.create(key);
  for (const status of ['started', 'error']) await fixture.change(key, status);
  await fixture.update(key, markReadyToResumeUpdate, {});
  const next = { ...key, attemptNumber: 2 };
  const results = await outcomes([1, 2, 3].map(() => fixture.create(next)));
  expect(results).toEqual(['attempt-already-exists', 'attempt-already-exists', 'done']);
  expect(atProvider(key).filter((one) => one === 'provider.register')).toHaveLength(2);
});

it('A vendor that is too slow is 503, and the next click uses the registration it made meanwhile', async () => {
  const key = await fixture.backend.newKey();
  fixture.backend.simulator.faults.set(SERVICE, { latencyMs: 4_600, remaining: 1 });
  expect(await outcomes([fixture.create(key)])).toEqual(['provider-unavailable']);
  await fixture.create(key);
  const { externalId } = await fixture.backend.attempt(key);
  expect(atProvider(key)).toEqual(['provider.register']);
  const [registered] = fixture.backend.simulator.journal.appliedEffects({ service: SERVICE }).slice(-1);
  expect(registered?.externalId).toBe(externalId);
});

it('A registration refused afterwards is taken back, also when the provider is down at first', async () => {
  const key = await fixture.backend.newKey();
  fixture.backend.simulator.faults.set(SERVICE, { latencyMs: 500, remaining: 1 });
  const losing = outcomes([fixture.create(key)]);
  await fixture.until(
    'the question',
    async () => (await fixture.backend.knex('commands').where({ user_id: key.userId })).length > 0,
  );
  await fixture.backend.knex('exams').where({ id: key.examId }).update({ is_proctored: false });
  fixture.backend.simulator.faults.set(SERVICE, { status: 503, remaining: 1 });
  expect(await losing).toEqual(['exam-not-proctored']);
  await fixture.until('the removal', async () => atProvider(key).includes('provider.remove'));
  expect(atProvider(key)).toEqual(['provider.register', 'provider.remove']);
  await fixture.untilClosed(key);
});

it('A learner past due neither starts nor clicks download, and nothing is written', async () => {
  const key = await fixture.backend.newKey();
  const { attemptCode } = await fixture.create(key);
  await fixture.backend
    .knex('exams')
    .where({ id: key.examId })
    .update({ due_date: new Date(Date.now() - 60_000) });
  for (const action of ['start', 'click_download_software'] as const) {
    const clicked = [fixture.update(key, actUpdate, { action, actor: 'learner' })];
    expect(await outcomes(clicked)).toEqual(['exam-past-due']);
  }
  expect(await fixture.backend.attempt(key)).toMatchObject({
    attemptCode,
    status: 'created',
    version: 1,
    startedAt: null,
  });
  expect(await fixture.update(key, createUpdate, { takingAsProctored: true }).catch(codeOf)).toBe(
    'attempt-already-exists',
  );
});

it('Their histories replay', async () => {
  expect(await fixture.replayAll()).toBeGreaterThanOrEqual(8);
});
