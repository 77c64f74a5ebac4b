import { randomUUID } from 'node:crypto';
import type { AttemptAnswer } from '../../contracts/http/attempts';
import { codeOf } from '../../dev/api-client';
import { waitUntil } from '../../dev/wait-until';
import { ChaosStack, changeTo, type ChaosCourse } from './chaos-stack';
import { effectsOf, expectAllWell } from './invariants';

jest.setTimeout(180_000);

const CREDIT_DOWN_MS = 10_000;

describe('a part that is down for a while', () => {
  let chaos: ChaosStack;

  beforeAll(async () => {
    chaos = await ChaosStack.open();
  });

  afterEach(() => chaos.simulator.faults.clear());

  afterAll(() => chaos.close());

  async function many(course: ChaosCourse, count: number, ...statuses: string[]): Promise<AttemptAnswer[]> {
    return Promise.all(Array.from({ length: count }, () => course.attempt(...statuses)));
  }

  test('While Temporal is down reads work, writes are answered 503 with Retry-After, and nothing is changed.', async () => {
    const course = await chaos.course();
    const attempt = await course.attempt('started');
    await chaos.stack.temporal?.kill();
    const request = { ...changeTo(attempt, 'submitted'), key: randomUUID() };
    const refused = await chaos.api.request(request);
    expect([refused.status, codeOf(refused)]).toEqual([503, 'temporal-unavailable']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    const body = { userId: await course.learner(), takingAsProctored: true };
    const creation = { method: 'POST', path: `/exams/${course.examId}/attempts`, body } as const;
    expect((await chaos.api.request(creation)).status).toBe(503);
    expect((await course.live()).map(({ status }) => status)).toEqual(['started']);
    expect(await effectsOf(course)).toEqual([]);
    await chaos.stack.temporal?.start();
    expect(await chaos.api.done<AttemptAnswer>(request)).toMatchObject({ status: 'submitted' });
    await expectAllWell(course);
  });

  test('Commands given while Postgres is killed and comes back all succeed, each once.', async () => {
    const course = await chaos.course();
    const attempts = await many(course, 12, 'started');
    const requests = attempts.map((attempt) => ({ ...changeTo(attempt, 'submitted'), key: randomUUID() }));
    const outcomes = requests.map((request) => chaos.api.done<AttemptAnswer>(request));
    await waitUntil(async () => (await course.live()).some(({ status }) => status === 'submitted'), {
      what: 'the first command to be done',
      timeoutMs: 20_000,
      intervalMs: 5,
    });
    await chaos.stack.postgres?.kill();
    await chaos.stack.postgres?.start();
    const inFlight = await course.inFlight();
    expect((await Promise.all(outcomes)).map(({ status }) => status)).toEqual(attempts.map(() => 'submitted'));
    await expectAllWell(course, inFlight);
    const repeated = await Promise.all(requests.map((request) => chaos.api.done<AttemptAnswer>(request)));
    expect(repeated).toEqual(await Promise.all(outcomes));
  });

  test('Commands succeed while credit is down, and credit is updated once it is up.', async () => {
    const course = await chaos.course();
    const attempts = await many(course, 4, 'started');
    await chaos.simulator.faults.set('credit', { outage: true });
    const upAt = Date.now() + CREDIT_DOWN_MS;
    for (const attempt of attempts) {
      const { status, pendingEffects } = await chaos.api.done<AttemptAnswer>(changeTo(attempt, 'submitted'));
      expect([status, pendingEffects > 0]).toEqual(['submitted', true]);
    }
    await waitUntil(() => Date.now() >= upAt, { what: 'the end of the outage', timeoutMs: CREDIT_DOWN_MS + 1_000 });
    expect((await effectsOf(course)).filter(({ name, state }) => name === 'credit.set' && state === 'done')).toEqual(
      [],
    );
    await chaos.simulator.faults.clear();
    await expectAllWell(course);
    expect((await course.live()).map(({ pendingEffects }) => pendingEffects)).toEqual(attempts.map(() => 0));
  });

  test('After an outage of credit the last state wins, and nothing older follows something newer.', async () => {
    const course = await chaos.course();
    const attempt = await course.attempt('started');
    await chaos.simulator.faults.set('credit', { status: 503, retryAfterSeconds: 1 });
    await chaos.api.done(changeTo(attempt, 'submitted'));
    await chaos.api.done(changeTo(attempt, 'verified'));
    await chaos.api.done({ method: 'DELETE', path: `/attempts/${attempt.attemptCode}` });
    await chaos.simulator.faults.clear();
    await expectAllWell(course);
    const applied = await chaos.simulator.applied({ courseId: course.courseId });
    expect(applied.filter(({ service }) => service === 'credit').map(({ effect }) => effect)).toEqual([
      'credit.remove',
    ]);
    const credit = (await effectsOf(course)).filter(({ name }) => name.startsWith('credit'));
    expect(credit.map(({ state }) => state)).toEqual(['superseded', 'superseded', 'done']);
  });

  test('One of two workers killed under load costs no command and doubles none.', async () => {
    const course = await chaos.course();
    const second = await chaos.stack.addWorker();
    const attempts = await many(course, 16, 'started');
    const outcomes = attempts.map((attempt) => chaos.api.done<AttemptAnswer>(changeTo(attempt, 'submitted')));
    await Promise.any(outcomes);
    await second.kill();
    const inFlight = await course.inFlight();
    expect((await Promise.all(outcomes)).map(({ status }) => status)).toEqual(attempts.map(() => 'submitted'));
    await expectAllWell(course, inFlight);
  });
});
