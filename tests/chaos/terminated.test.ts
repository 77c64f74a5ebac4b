import type { FullAttemptAnswer } from '../../contracts/http/attempts';
import { waitUntil } from '../../dev/wait-until';
import { ChaosStack } from './chaos-stack';
import { expectAllWell } from './invariants';

jest.setTimeout(180_000);

const EXAM_MS = 3_600_000;

describe('workflows that somebody ended in Temporal’s UI', () => {
  let chaos: ChaosStack;

  beforeAll(async () => {
    // The look alone is to find them.
    chaos = await ChaosStack.open({ RECONCILE_INTERVAL_MS: '0' });
  });
  afterAll(() => chaos.close());

  const handleOf = ({ workflowId }: FullAttemptAnswer) => chaos.gateway.client.workflow.getHandle(workflowId);

  test('Every deadline is kept by the relay’s look, at its instant, with nothing done by hand.', async () => {
    const course = await chaos.course();
    const attempts = [
      await course.attempt('started'),
      await course.attempt('started'),
      await course.attempt('started'),
    ];
    const [terminated, cancelled, left] = attempts as [FullAttemptAnswer, FullAttemptAnswer, FullAttemptAnswer];
    const behind = () =>
      chaos.knex('attempts').where({ course_id: course.courseId }).whereRaw('confirmed_version < version');
    await waitUntil(async () => (await behind()).length === 0, { what: 'confirmation', timeoutMs: 30_000 });
    await handleOf(terminated).terminate('by hand');
    await handleOf(cancelled).cancel();
    await course.passes(EXAM_MS);
    const ended = async () => (await course.live()).every(({ status }) => status === 'submitted');
    await waitUntil(ended, { what: 'the end of all three', timeoutMs: 30_000 });
    const completed = new Map((await course.live()).map(({ attemptCode, completedAt }) => [attemptCode, completedAt]));
    for (const { attemptCode, deadline } of [terminated, cancelled, left]) {
      expect(completed.get(attemptCode)).toBe(deadline);
    }
    await expectAllWell(course, []);
  });
});
