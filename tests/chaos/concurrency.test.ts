import { randomUUID } from 'node:crypto';
import { codeOf } from '../../dev/api-client';
import { waitUntil } from '../../dev/wait-until';
import { ChaosStack, changeTo } from './chaos-stack';
import { effectsOf, expectAllWell } from './invariants';

jest.setTimeout(180_000);

/** Every command to a sleeping attempt wakes it, and it falls asleep at once. */
const SLEEPY = { ATTEMPT_IDLE_MS: '1' };

describe('requests at the same time', () => {
  let chaos: ChaosStack;

  beforeAll(async () => {
    chaos = await ChaosStack.open(SLEEPY);
  });

  afterAll(() => chaos.close());

  function creation(examId: number, userId: string): { method: 'POST'; path: string; body: object } {
    return { method: 'POST', path: `/exams/${examId}/attempts`, body: { userId, takingAsProctored: true } };
  }

  test('Two creations at once give one attempt; the other caller gets its code.', async () => {
    const course = await chaos.course();
    const request = creation(course.examId, await course.learner());
    const [first, second] = (
      await Promise.all([chaos.api.untilDecided(request), chaos.api.untilDecided(request)])
    ).sort((one, other) => one.status - other.status);
    if (!first || !second) throw new Error('Two answers were expected.');
    expect([first.status, second.status, codeOf(second)]).toEqual([201, 409, 'attempt-already-exists']);
    const [attempt, ...others] = await course.live();
    expect(others).toEqual([]);
    expect(second.body).toMatchObject({ attemptCode: attempt?.attemptCode });
    await expectAllWell(course);
  });

  test('200 commands to an attempt that falls asleep after each all succeed.', async () => {
    const course = await chaos.course();
    const attempt = await course.attempt('started', 'submitted');
    for (let number = 0; number < 200; number += 1) {
      const status = number % 2 === 0 ? 'verified' : 'rejected';
      const answer = await chaos.api.request(changeTo(attempt, status));
      expect(answer).toMatchObject({ status: 200, text: expect.stringContaining(`"status":"${status}"`) as string });
    }
    await expectAllWell(course);
    const credit = (await effectsOf(course)).filter(({ name }) => name === 'credit.set');
    expect(credit).toHaveLength(201);
  });

  test('One request sent 50 times at once has one effect and one answer.', async () => {
    const course = await chaos.course();
    const attempt = await course.attempt('started');
    const request = { ...changeTo(attempt, 'submitted'), key: randomUUID() };
    const answers = await Promise.all(Array.from({ length: 50 }, () => chaos.api.request(request)));
    const given = answers.filter(({ status }) => status === 200);
    const busy = answers.filter(({ status }) => status !== 200);
    expect(new Set(given.map(({ text }) => text)).size).toBe(1);
    expect(busy.map(codeOf)).toEqual(busy.map(() => 'request-in-progress'));
    expect((await chaos.api.untilDecided(request)).text).toBe(given[0]?.text);
    await expectAllWell(course);
    expect((await effectsOf(course)).filter(({ name }) => name === 'credit.set')).toHaveLength(1);
  });

  test('A change and a cascade on one attempt at the same time end in one of the two legal ways.', async () => {
    const course = await chaos.course(2);
    const [examId, otherExamId] = course.examIds as [number, number];
    const endings = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const learner = await course.learner();
        const declined = await course.attemptOf(learner, examId);
        const target = await course.attemptOf(learner, otherExamId, 'started');
        const [change] = await Promise.all([
          chaos.api.untilDecided({
            method: 'POST',
            path: `/attempts/${target.attemptCode}/actions`,
            body: { action: 'submit' },
          }),
          chaos.api.done(changeTo(declined, 'declined')),
        ]);
        const isDone = async () =>
          (await course.live()).every(({ userId, pendingEffects }) => userId !== learner || pendingEffects === 0);
        await waitUntil(isDone, { what: 'the cascade to be over', timeoutMs: 20_000 });
        return [change.status, await course.statusOf(target)].join(' ');
      }),
    );
    expect(endings.filter((ending) => !['200 submitted', '409 declined'].includes(ending))).toEqual([]);
    await expectAllWell(course);
  });
});
