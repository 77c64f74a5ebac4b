import { randomUUID } from 'node:crypto';
import {
  clockChangedSignal,
  removeUpdate,
  type AttemptKey,
  type AttemptView,
  examAttemptWorkflowId,
} from '../../../contracts/attempts/messages';
import { setClock } from '../../../db/courses/courses';
import { anExam } from '../../support/attempt-builders';
import { FIXTURE_PROVIDER } from '../../support/attempt-fixture';
import { WorkflowFixture } from './workflow-fixture';

jest.setTimeout(30_000);

let fixture: WorkflowFixture;
beforeAll(async () => {
  fixture = await WorkflowFixture.start();
});
afterEach(() => {
  fixture.backend.simulator.faults.clear();
  fixture.backend.simulator.answers.clear();
});
afterAll(() => fixture.stop());

const HOUR_MS = 3_600_000;

/** A running attempt of an exam of one hour. */
async function started(): Promise<{ key: AttemptKey; attempt: AttemptView }> {
  const key = await fixture.backend.newKey();
  await fixture.create(key);
  return { key, attempt: await fixture.change(key, 'started') };
}

async function moveClock(key: AttemptKey, { courseId }: AttemptView, clock: Parameters<typeof setClock>[2]) {
  await setClock(fixture.backend.knex, courseId, clock);
  await fixture.gateway.signal(key, clockChangedSignal, []);
}

describe('A running exam', () => {
  it('is timed out by its timer, completed at the instant its time was over', async () => {
    const { key, attempt } = await started();
    await moveClock(key, attempt, { offsetMs: HOUR_MS - 1_000 });
    const over = await fixture.untilStatus(key, 'submitted');
    expect(over.completedAt).toBe(attempt.deadline);
    expect(Date.parse(attempt.deadline ?? '') - Date.parse(attempt.startedAt ?? '')).toBe(HOUR_MS);
  });

  it('is timed out at once when the clock moves past its end, and the instant stays the same', async () => {
    const { key, attempt } = await started();
    await moveClock(key, attempt, { offsetMs: 5 * HOUR_MS });
    expect((await fixture.untilStatus(key, 'submitted')).completedAt).toBe(attempt.deadline);
  });

  it('waits without a timer while the clock stands still, and is over once the clock is set behind its end', async () => {
    const { key, attempt } = await started();
    const end = Date.parse(attempt.deadline ?? '');
    await moveClock(key, attempt, { frozenAt: new Date(end) });
    expect(await fixture.change(key, 'ready_to_submit')).toMatchObject({ timeRemainingSeconds: 0 });
    await moveClock(key, attempt, { frozenAt: new Date(end + 1) });
    expect((await fixture.untilStatus(key, 'submitted')).completedAt).toBe(attempt.deadline);
  });
});

describe('A decided attempt', () => {
  async function asleep(): Promise<AttemptKey> {
    const key = await fixture.backend.newKey();
    await fixture.create(key);
    await fixture.change(key, 'verified');
    await fixture.untilClosed(key);
    return key;
  }

  it('lets its workflow close when idle, and the next command wakes it', async () => {
    const key = await asleep();
    expect(await fixture.change(key, 'rejected')).toMatchObject({ status: 'rejected', version: 3, pendingEffects: 0 });
    await fixture.untilClosed(key);
    await fixture.until('two runs', async () => (await fixture.runs(examAttemptWorkflowId(key))).length === 2);
  });

  it('that is woken only to refuse closes again, and nothing is written', async () => {
    const key = await asleep();
    const before = await fixture.backend.attempt(key);
    await expect(fixture.change(key, 'started')).rejects.toMatchObject({ code: 'illegal-status-transition' });
    await fixture.untilClosed(key);
    expect(await fixture.backend.attempt(key)).toEqual(before);
  });

  it('answers a repeated command as before, though another run has to do it', async () => {
    const key = await fixture.backend.newKey();
    const commandId = randomUUID();
    const first = await fixture.create(key, commandId);
    await fixture.change(key, 'verified');
    await fixture.untilClosed(key);
    expect(await fixture.create(key, commandId)).toMatchObject({ attemptCode: first.attemptCode, status: 'created' });
  });
});

it('An attempt that does not exist leaves no running workflow', async () => {
  const key = await fixture.backend.newKey();
  await expect(fixture.change(key, 'started')).rejects.toMatchObject({ code: 'attempt-not-found' });
  await fixture.untilClosed(key);
});

describe('A provider that gives no answer', () => {
  it('leaves everything as it was, and the same command goes on once it answers', async () => {
    const key = await fixture.backend.newKey();
    const commandId = randomUUID();
    fixture.backend.simulator.faults.set(`provider:${FIXTURE_PROVIDER}`, { hang: true });
    await expect(fixture.create(key, commandId)).rejects.toMatchObject({ code: 'provider-unavailable' });
    fixture.backend.simulator.faults.clear();
    const attempt = await fixture.create(key, commandId);
    expect(attempt).toMatchObject({ status: 'created', version: 1 });
    expect((await fixture.backend.attempt(key)).externalId).toEqual(expect.any(String));
  });

  it('can be repeated while the workflow runs, too', async () => {
    const { key, attempt } = await started();
    const { simulator } = fixture.backend;
    const commandId = randomUUID();
    const remove = () => fixture.update(key, removeUpdate, {}, commandId);
    simulator.faults.set(`provider:${FIXTURE_PROVIDER}`, { hang: true });
    await expect(remove()).rejects.toMatchObject({ code: 'provider-unavailable' });
    expect(await fixture.backend.attempt(key)).toMatchObject({ status: 'started', version: attempt.version });
    simulator.faults.clear();
    expect(await remove()).toMatchObject({ isArchived: true, phase: 'removed' });
  });
});

describe('Effects left over', () => {
  it('are done by the workflow once the service is back, and then it closes', async () => {
    const key = await fixture.backend.newKey();
    await fixture.create(key);
    fixture.backend.simulator.faults.set('credit', { status: 503, remaining: 3 });
    await fixture.change(key, 'verified');
    await fixture.until('no effect pending', async () => (await fixture.backend.attempt(key)).pendingEffects === 0);
    await fixture.untilClosed(key);
    expect(fixture.backend.applied(key, 'credit')).toMatchObject([{ body: { status: 'satisfied' } }]);
  });
});

it('A declined exam declines the others of its course, whose workflows start by signal', async () => {
  const key = await fixture.backend.newKey();
  const { courseId } = await fixture.create(key);
  const other = await anExam(fixture.backend.knex, { courseId });
  const attempt = await fixture.change(key, 'declined');
  expect(attempt).toMatchObject({ status: 'declined', pendingEffects: 0 });
  const otherKey = { ...key, examId: other.id };
  expect(await fixture.backend.attempt(otherKey)).toMatchObject({ status: 'declined' });
  await fixture.untilClosed(otherKey);
});

it('Every history of these attempts replays under the present code', async () => {
  expect(await fixture.replayAll()).toBeGreaterThanOrEqual(10);
});
