import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { coursePublishWorkflowId } from '../../contracts/courses/messages';
import { waitUntil } from '../../dev/wait-until';
import { ChaosStack } from './chaos-stack';

jest.setTimeout(180_000);

const EXAM = { examName: 'Final', timeLimitMins: 60, dueDate: null, isProctored: true, hideAfterDue: false };
const KIND = { isPracticeExam: false, isOnboardingExam: false, reviewRules: 'Closed book', editedBy: null };

describe('a publish whose worker or workflow is lost', () => {
  let chaos: ChaosStack;

  beforeAll(async () => {
    chaos = await ChaosStack.open();
  });

  afterEach(() => chaos.simulator.faults.clear());

  afterAll(() => chaos.close());

  function requestFor(courseId: string): { method: 'PUT'; path: string; body: object; key: string } {
    const exams = ['one', 'two', 'three'].map((contentId) => ({ ...EXAM, ...KIND, contentId }));
    const flags = { enableProctoredExams: true, enableTimedExams: true, proctoringProvider: 'software_secure' };
    const path = `/courses/${courseId}/special-exams`;
    return { method: 'PUT', path, body: { ...flags, exams }, key: randomUUID() };
  }

  function rows(table: 'exams' | 'exam_saves' | 'course_publishes', courseId: string): Promise<{ state: string }[]> {
    return chaos.knex(table).where({ course_id: courseId }).select();
  }

  async function saved(courseId: string): Promise<void> {
    const all = async () => (await rows('exam_saves', courseId)).filter(({ state }) => state === 'done').length === 3;
    await waitUntil(all, { what: 'three exams at their provider', timeoutMs: 60_000 });
  }

  /** Number of exam saves that took effect at the provider. */
  async function providerSaves(courseId: string): Promise<number> {
    const applied = await chaos.simulator.applied({ service: 'provider:software_secure' });
    return applied.filter(({ effect, body }) => {
      return effect === 'provider.exam' && JSON.stringify(body).includes(courseId);
    }).length;
  }

  test('Killed while it saves exams at the provider: every exam is there, saved with one effect each, and the answer is unchanged.', async () => {
    const courseId = `course-${randomUUID()}`;
    await chaos.simulator.faults.set('provider:software_secure', { hang: true });
    const request = requestFor(courseId);
    const answer = await chaos.api.done<object>(request);
    expect(answer).toMatchObject({ created: 3 });
    const isRequested = async () => (await chaos.simulator.log({ service: 'provider:software_secure' })).length > 0;
    await waitUntil(isRequested, { what: 'a save under way', timeoutMs: 20_000 });
    await chaos.worker.kill();
    await chaos.simulator.faults.clear();
    await chaos.worker.start();
    await saved(courseId);
    expect(await providerSaves(courseId)).toBe(3);
    expect(await chaos.api.done<object>(request)).toEqual(answer);
  });

  test('Killed before it has answered: the same key gets the one publish there is.', async () => {
    const courseId = `course-${randomUUID()}`;
    await chaos.simulator.faults.set('courses', { hang: true });
    const request = requestFor(courseId);
    const outcome = chaos.api.done<object>(request);
    const isRequested = async () => (await chaos.simulator.log({ service: 'courses' })).length > 0;
    await waitUntil(isRequested, { what: 'the question for the course', timeoutMs: 20_000 });
    await chaos.worker.kill();
    expect(await rows('exams', courseId)).toEqual([]);
    await chaos.simulator.faults.clear();
    await chaos.worker.start();
    expect(await outcome).toMatchObject({ created: 3 });
    await saved(courseId);
    expect(await rows('course_publishes', courseId)).toHaveLength(1);
    expect(await rows('exams', courseId)).toHaveLength(3);
    expect(await providerSaves(courseId)).toBe(3);
  });

  const hands: [string, (workflow: WorkflowHandle) => Promise<unknown>][] = [
    ['cancelled', (workflow) => workflow.cancel()],
    ['terminated', (workflow) => workflow.terminate('by hand')],
    ['sent junk', (workflow) => workflow.signal('wake', { some: 'junk' })],
  ];

  test.each(hands)(
    'Its workflow %s by hand while exams are to be saved: each is saved once, nothing by hand.',
    async (_, hand) => {
      const courseId = `course-${randomUUID()}`;
      await chaos.simulator.faults.set('provider:software_secure', { outage: true });
      expect(await chaos.api.done<object>(requestFor(courseId))).toMatchObject({ created: 3 });
      await hand(chaos.gateway.client.workflow.getHandle(coursePublishWorkflowId(courseId)));
      await chaos.simulator.faults.clear();
      await saved(courseId);
      expect(await providerSaves(courseId)).toBe(3);
      expect(await chaos.api.done<object>(requestFor(courseId))).toMatchObject({ created: 0, unchanged: 3 });
    },
  );
});
