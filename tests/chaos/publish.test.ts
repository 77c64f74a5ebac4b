import { randomUUID } from 'node:crypto';
import { waitUntil } from '../../dev/wait-until';
import { Arena } from './arena';

jest.setTimeout(180_000);

const EXAM = { examName: 'Final', timeLimitMins: 60, dueDate: null, isProctored: true, hideAfterDue: false };
const KIND = { isPracticeExam: false, isOnboardingExam: false, reviewRules: 'Closed book', editedBy: null };

describe('a worker killed during a publish', () => {
  let arena: Arena;

  beforeAll(async () => {
    arena = await Arena.open();
  });

  afterEach(() => arena.simulator.wellAgain());

  afterAll(() => arena.close());

  function requestFor(courseId: string): { method: 'PUT'; path: string; body: object; key: string } {
    const exams = ['one', 'two', 'three'].map((contentId) => ({ ...EXAM, ...KIND, contentId }));
    const flags = { enableProctoredExams: true, enableTimedExams: true, proctoringProvider: 'software_secure' };
    const path = `/v1/courses/${courseId}/special-exams`;
    return { method: 'PUT', path, body: { ...flags, exams }, key: randomUUID() };
  }

  function rows(table: 'exams' | 'exam_saves' | 'course_publishes', courseId: string): Promise<{ state: string }[]> {
    return arena.knex(table).where({ course_id: courseId }).select();
  }

  async function saved(courseId: string): Promise<void> {
    const all = async () => (await rows('exam_saves', courseId)).filter(({ state }) => state === 'done').length === 3;
    await waitUntil(all, { what: 'three exams at their provider', timeoutMs: 60_000 });
  }

  /** Ids of exams the provider was told of, an exam as often as that had an effect. */
  async function told(courseId: string): Promise<number> {
    const { applied } = await arena.simulator.seenBy('provider:software_secure');
    return applied.filter(({ effect, body }) => {
      return effect === 'provider.exam' && JSON.stringify(body).includes(courseId);
    }).length;
  }

  test('Killed while it tells the provider: every exam is there, told with one effect each, and the answer stands.', async () => {
    const courseId = `course-${randomUUID()}`;
    await arena.simulator.fault('provider:software_secure', { hang: true });
    const request = requestFor(courseId);
    const answer = await arena.caller.done<object>(request);
    expect(answer).toMatchObject({ created: 3 });
    const asked = async () => (await arena.simulator.seenBy('provider:software_secure')).log.length > 0;
    await waitUntil(asked, { what: 'a save under way', timeoutMs: 20_000 });
    await arena.worker.kill();
    await arena.simulator.wellAgain();
    await arena.worker.start();
    await saved(courseId);
    expect(await told(courseId)).toBe(3);
    expect(await arena.caller.done<object>(request)).toEqual(answer);
  });

  test('Killed before it has answered: the same key gets the one publish there is.', async () => {
    const courseId = `course-${randomUUID()}`;
    await arena.simulator.fault('courses', { hang: true });
    const request = requestFor(courseId);
    const outcome = arena.caller.done<object>(request);
    const asked = async () => (await arena.simulator.seenBy('courses')).log.length > 0;
    await waitUntil(asked, { what: 'the question for the course', timeoutMs: 20_000 });
    await arena.worker.kill();
    expect(await rows('exams', courseId)).toEqual([]);
    await arena.simulator.wellAgain();
    await arena.worker.start();
    expect(await outcome).toMatchObject({ created: 3 });
    await saved(courseId);
    expect(await rows('course_publishes', courseId)).toHaveLength(1);
    expect(await rows('exams', courseId)).toHaveLength(3);
    expect(await told(courseId)).toBe(3);
  });
});
