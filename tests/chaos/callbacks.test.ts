import { randomUUID } from 'node:crypto';
import type { FullAttemptAnswer } from '../../contracts/http/attempts';
import { codeOf } from '../../dev/api-client';
import { workThrough } from '../../dev/bounded-work';
import { waitUntil } from '../../dev/wait-until';
import { auditOf } from '../support/audit-log';
import { ChaosStack, type ChaosCourse } from './chaos-stack';
import { effectsOf, expectAllWell, expectEffectsWell } from './invariants';
import { callBack, handedIn, type Reviewed } from './vendor';

jest.setTimeout(600_000);

/** `npm test` posts 200, `npm run chaos:callbacks` the whole thousand. */
const CALLBACKS = Number(process.env['CHAOS_CALLBACKS'] ?? 200);

describe('callbacks of vendors', () => {
  let chaos: ChaosStack;

  beforeAll(async () => {
    chaos = await ChaosStack.open({ QUESTION_TIMEOUT_MS: '3000' });
  });

  afterEach(() => chaos.simulator.faults.clear());

  afterAll(() => chaos.close());

  async function countOf(sql: string, course: ChaosCourse): Promise<number> {
    const { rows } = await chaos.knex.raw<{ rows: { n: number }[] }>(`select count(*)::int as n from ${sql}`, [
      course.courseId,
    ]);
    return rows[0]?.n ?? -1;
  }

  async function audited({ attemptCode }: FullAttemptAnswer): Promise<string[]> {
    return (await auditOf(chaos.knex, `attempt:${attemptCode}`)).map(({ action }) => action).toReversed();
  }

  async function applied(course: ChaosCourse, count: number): Promise<void> {
    const verifiedAttempts = `attempts where course_id = ? and status = 'verified'`;
    const isDone = async () => (await countOf(verifiedAttempts, course)) === count;
    await waitUntil(isDone, { what: `${count} verdicts`, timeoutMs: 400_000, intervalMs: 250 });
  }

  test(`${CALLBACKS} reviews posted while Temporal and the worker are stopped are all answered 202, and each takes effect once.`, async () => {
    const course = await chaos.course();
    const reviewed = await handedIn(course, CALLBACKS);
    await Promise.all([chaos.worker.stop(), chaos.stack.temporal?.stop()]);
    const answers: number[] = [];
    await workThrough(reviewed, 32, async (one) => {
      answers.push(await callBack(chaos, one, 'Clean'));
    });
    expect(new Set(answers)).toEqual(new Set([202]));
    const here = `review_inbox where attempt_code in (select code from attempts where course_id = ?)`;
    expect(await countOf(here, course)).toBe(CALLBACKS);
    await chaos.stack.temporal?.start();
    await chaos.worker.start();
    await applied(course, CALLBACKS);
    expect(await countOf('reviews where course_id = ?', course)).toBe(CALLBACKS);
    expect(await countOf(`attempt_archive where course_id = ?`, course)).toBe(CALLBACKS);
    await expectEffectsWell(course);
    const effects = await effectsOf(course);
    expect(effects.filter(({ name }) => name === 'credit.set')).toHaveLength(CALLBACKS);
    const appliedEntries = await chaos.simulator.applied({ courseId: course.courseId });
    expect(appliedEntries.filter(({ effect }) => effect === 'credit.set')).toHaveLength(CALLBACKS);
  });

  test('A hundred copies of one review at once have one effect; all are answered 202 and 99 are written down.', async () => {
    const course = await chaos.course();
    const attempt = await course.attempt('submitted');
    const one = asReviewed(attempt);
    const answers = await Promise.all(Array.from({ length: 100 }, () => callBack(chaos, one, 'Clean')));
    expect(new Set(answers)).toEqual(new Set([202]));
    await applied(course, 1);
    expect(await audited(attempt)).toEqual(Array(99).fill('callback.replayed'));
    expect(await countOf('reviews where course_id = ?', course)).toBe(1);
    await expectAllWell(course);
    const entries = await chaos.simulator.applied({ courseId: course.courseId });
    const credit = entries.filter(({ effect }) => effect === 'credit.set');
    expect(credit).toHaveLength(2);
  });

  test('Forged, replayed and foreign reviews change nothing and leave an audit row.', async () => {
    const course = await chaos.course();
    const attempt = await course.attempt('submitted');
    const one = asReviewed(attempt);
    const nobody = randomUUID();
    expect(await callBack(chaos, { ...one, externalId: 'guessed' }, 'Clean')).toBe(403);
    expect(await callBack(chaos, { ...one, code: nobody }, 'Clean')).toBe(404);
    expect(await callBack(chaos, one, 'Clean', 'rest')).toBe(403);
    expect(await course.statusOf(attempt)).toBe('submitted');
    expect(await audited(attempt)).toEqual(['callback.forged', 'callback.forged']);
    const [unknown] = await auditOf(chaos.knex, 'provider:software_secure');
    expect(unknown).toMatchObject({ action: 'callback.forged', detail: { attemptCode: nobody } });
    expect(await callBack(chaos, one, 'Clean')).toBe(202);
    await applied(course, 1);
    expect(await callBack(chaos, one, 'Clean')).toBe(202);
    expect(await callBack(chaos, one, 'Not Reviewed')).toBe(409);
    expect((await audited(attempt)).slice(2)).toEqual(['callback.replayed', 'callback.replayed']);
    expect(await course.statusOf(attempt)).toBe('verified');
    await expectAllWell(course);
  });

  test('A provider that is down for an hour at registration: a clear answer, nothing half made, and the same key goes on.', async () => {
    const course = await chaos.course();
    const body = { userId: await course.learner(), takingAsProctored: true };
    const creation = { method: 'POST', path: `/exams/${course.examId}/attempts`, body, key: randomUUID() } as const;
    await chaos.simulator.faults.set('provider:software_secure', { outage: true });
    const refused = await chaos.api.request(creation);
    expect([refused.status, codeOf(refused)]).toEqual([503, 'provider-unavailable']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await course.passes(3_600_000);
    const later = await chaos.api.request(creation);
    expect([later.status, codeOf(later)]).toEqual([503, 'provider-unavailable']);
    expect(await course.live()).toEqual([]);
    expect(await effectsOf(course)).toEqual([]);
    expect(await countOf('attempt_archive where course_id = ?', course)).toBe(0);
    await chaos.simulator.faults.clear();
    expect(await chaos.api.done<FullAttemptAnswer>(creation)).toMatchObject({ status: 'created' });
    const registered = await chaos.simulator.applied({ courseId: course.courseId });
    expect(registered.filter(({ effect }) => effect === 'provider.register')).toHaveLength(1);
    await expectAllWell(course);
  });
});

function asReviewed({ attemptCode, externalId }: FullAttemptAnswer): Reviewed {
  return { code: attemptCode, externalId: externalId ?? '' };
}
