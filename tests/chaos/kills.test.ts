import { randomUUID } from 'node:crypto';
import type { AttemptAnswer } from '../../contracts/http/attempts';
import { waitUntil } from '../../dev/wait-until';
import { ChaosStack, changeTo, type ChaosCourse } from './chaos-stack';
import { effectsOf, expectAllWell } from './invariants';

jest.setTimeout(180_000);

describe('a process killed at the worst moment', () => {
  let chaos: ChaosStack;

  beforeAll(async () => {
    chaos = await ChaosStack.open();
  });

  afterEach(() => chaos.simulator.faults.clear());

  afterAll(() => chaos.close());

  async function requestsFor(course: ChaosCourse, effect: string): Promise<{ repeat: boolean; applied: boolean }[]> {
    const key = (await effectsOf(course)).find(({ name }) => name === effect)?.key;
    const log = await chaos.simulator.log({ courseId: course.courseId });
    return log
      .filter(({ idempotencyKey }) => idempotencyKey === key)
      .map(({ repeat, applied }) => ({ repeat, applied }));
  }

  test('What was committed is continued after worker and Temporal died before it was in the history, without another request.', async () => {
    const course = await chaos.course();
    const attempt = await course.attempt('started');
    await chaos.simulator.faults.set('credit', { hang: true });
    const request = { ...changeTo(attempt, 'submitted'), key: randomUUID() };
    const lost = chaos.api.request(request).catch(() => undefined);
    await course.committed(attempt, 'submitted');
    await Promise.all([chaos.worker.kill(), chaos.stack.temporal?.kill()]);
    const inFlight = await course.inFlight();
    await lost;
    await chaos.stack.temporal?.start();
    await chaos.worker.start();
    await chaos.simulator.faults.clear();
    await expectAllWell(course, inFlight);
    expect(await course.statusOf(attempt)).toBe('submitted');
    const retried = await chaos.api.done<AttemptAnswer>(request);
    expect(retried).toMatchObject({ status: 'submitted', attemptCode: attempt.attemptCode });
    await expectAllWell(course, inFlight);
  });

  test('An effect that had not left when the worker died is sent once by its successor.', async () => {
    const course = await chaos.course();
    const attempt = await course.attempt('started');
    await chaos.worker.kill();
    await chaos.simulator.faults.set('token', { hang: true });
    await chaos.worker.start();
    const outcome = chaos.api.untilDecided(changeTo(attempt, 'submitted'));
    await course.committed(attempt, 'submitted');
    await chaos.worker.kill();
    const inFlight = await course.inFlight();
    await chaos.simulator.faults.clear();
    await chaos.worker.start();
    expect((await outcome).status).toBe(200);
    await expectAllWell(course, inFlight);
    expect(await requestsFor(course, 'credit.set')).toEqual([{ repeat: false, applied: true }]);
  });

  test('An effect that was under way when the worker died is repeated once, with the same key and body.', async () => {
    const course = await chaos.course();
    const attempt = await course.attempt('started');
    await chaos.simulator.faults.set('credit', { hang: true });
    const outcome = chaos.api.untilDecided(changeTo(attempt, 'submitted'));
    await course.untilRequested('credit');
    await chaos.worker.kill();
    const inFlight = await course.inFlight();
    await chaos.simulator.faults.clear();
    await chaos.worker.start();
    expect((await outcome).status).toBe(200);
    await expectAllWell(course, inFlight);
    expect(await requestsFor(course, 'credit.set')).toEqual([
      { repeat: false, applied: true },
      { repeat: true, applied: false },
    ]);
  });

  test('An effect that took place, but whose answer was lost together with the worker, takes place once.', async () => {
    const course = await chaos.course();
    const attempt = await course.attempt('started');
    await chaos.simulator.faults.set('credit', { dropAnswer: true, remaining: 1 });
    const outcome = chaos.api.untilDecided(changeTo(attempt, 'submitted'));
    const isLost = async () =>
      (await chaos.simulator.log({ courseId: course.courseId })).some(({ destroyed }) => destroyed);
    await waitUntil(isLost, { what: 'the answer to be lost', timeoutMs: 15_000 });
    await chaos.worker.kill();
    const inFlight = await course.inFlight();
    await chaos.worker.start();
    expect((await outcome).status).toBe(200);
    await expectAllWell(course, inFlight);
    const [first, ...others] = await requestsFor(course, 'credit.set');
    expect(first).toEqual({ repeat: false, applied: true });
    expect(others.every(({ repeat, applied }) => repeat && !applied)).toBe(true);
  });

  test('An effect whose later try was under way when the worker died is taken over soon.', async () => {
    const course = await chaos.course();
    const attempt = await course.attempt('started');
    await chaos.simulator.faults.set('credit', { status: 503 });
    await chaos.api.done(changeTo(attempt, 'submitted'));
    await chaos.simulator.faults.set('credit', { hang: true });
    await course.untilRequested('credit');
    await chaos.worker.kill();
    const inFlight = await course.inFlight();
    await chaos.simulator.faults.clear();
    await chaos.worker.start();
    await expectAllWell(course, inFlight);
  });

  test('The API killed between a command and its answer gives the same answer when the request is repeated.', async () => {
    const course = await chaos.course();
    const learner = await course.learner();
    const [submitted, removed] = [await course.attempt('started'), await course.attempt('submitted')];
    await chaos.simulator.faults.set('*', { hang: true });
    const body = { userId: learner, takingAsProctored: true };
    const requests = [
      { method: 'POST', path: `/exams/${course.examId}/attempts`, body, key: randomUUID() } as const,
      { ...changeTo(submitted, 'submitted'), key: randomUUID() },
      { method: 'DELETE', path: `/attempts/${removed.attemptCode}`, key: randomUUID() } as const,
    ];
    const lost = requests.map((request) => chaos.api.request(request).catch(() => undefined));
    await Promise.all([course.committed(submitted, 'submitted'), course.untilRequested('instructor')]);
    await course.untilRequested('provider:software_secure');
    await chaos.stack.api?.kill();
    const inFlight = await course.inFlight();
    await Promise.all(lost);
    await chaos.simulator.faults.clear();
    await chaos.stack.api?.start();
    const answers = await Promise.all(requests.map((request) => chaos.api.untilDecided(request)));
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 204]);
    const repeated = await Promise.all(requests.map((request) => chaos.api.untilDecided(request)));
    expect(repeated.map(({ text }) => text)).toEqual(answers.map(({ text }) => text));
    expect((await course.live()).map(({ status }) => status).sort()).toEqual(['created', 'submitted']);
    await expectAllWell(course, inFlight);
  });
});
