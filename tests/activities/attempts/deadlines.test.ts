import type { AttemptKey } from '../../../contracts/attempts/messages';
import { changeAllowances, removeAllowance } from '../../../db/attempts/allowance-changes';
import { setClock } from '../../../db/courses/courses';
import { patchExam } from '../../../db/courses/exams';
import { AttemptFixture, FIXTURE_PROVIDER } from '../../support/attempt-fixture';
import { mulberry32 } from '../../support/random';

jest.setTimeout(60_000);

const MINUTE_MS = 60_000;
const PROVIDER = { name: FIXTURE_PROVIDER, title: 'PSI', supportsOnboarding: false, ruleSet: 'current' };
const BY = { at: new Date(), actor: 'test', requestId: 'r' };

/** Minutes of `current` are fixed at the start, those of `moving` are not. */
let fixture: AttemptFixture;
beforeAll(async () => {
  const moving = { ...PROVIDER, name: 'moving', overrides: { timeFixedAtStart: false } };
  fixture = await AttemptFixture.start({ env: { INVIGIL_PROVIDERS: JSON.stringify([PROVIDER, moving]) } });
}, 30_000);
afterAll(() => fixture.stop());

async function started(provider: string): Promise<AttemptKey> {
  const key = await fixture.newKey({ provider });
  await fixture.decide(key, { type: 'create', takingAsProctored: true });
  await fixture.change(key, 'started');
  return key;
}

async function stored({ examId, userId }: AttemptKey): Promise<number | null> {
  const row = await fixture
    .knex('attempts')
    .where({ exam_id: examId, user_id: userId, is_current: true })
    .first<{ deadline_at: Date | null }>('deadline_at');
  return row.deadline_at?.getTime() ?? null;
}

/** By the domain, which knows nothing of the stored one, and by the course's clock. */
async function expected(key: AttemptKey): Promise<number | null> {
  const { deadline, courseId } = await fixture.attempt(key);
  const course = await fixture.knex('courses').where({ course_id: courseId }).first<{ clock_offset_ms: string }>();
  return deadline === null ? null : Date.parse(deadline) - Number(course.clock_offset_ms);
}

describe('The stored deadline of an attempt', () => {
  it.each(['moving', FIXTURE_PROVIDER])('is there from start to end, and comes back with it (%s)', async (provider) => {
    const key = await fixture.newKey({ provider });
    await fixture.decide(key, { type: 'create', takingAsProctored: true });
    expect(await stored(key)).toBeNull();
    const { attempt } = await fixture.change(key, 'started');
    const atMs = Date.parse(attempt?.startedAt ?? '') + 60 * MINUTE_MS;
    expect(await stored(key)).toBe(atMs);
    await fixture.change(key, 'ready_to_submit');
    expect(await stored(key)).toBe(atMs);
    await fixture.change(key, 'submitted');
    expect(await stored(key)).toBeNull();
    await fixture.change(key, 'expired');
    await fixture.change(key, 'download_software_clicked');
    expect(await stored(key)).toBe(atMs);
  });

  it('follows every change that moves a deadline, without the attempt being written', async () => {
    const random = mulberry32(20261128);
    for (const provider of ['moving', FIXTURE_PROVIDER]) {
      const key = await started(provider);
      const { courseId } = await fixture.attempt(key);
      const allowance = (name: string, value: string) =>
        changeAllowances(fixture.knex, [{ examId: key.examId, userId: key.userId, key: name, value }], BY);
      const minutes = () => random() % 200;
      const soon = () => new Date(Date.now() + minutes() * MINUTE_MS);
      const changes = [
        () => patchExam(fixture.knex, key.examId, { timeLimitMins: minutes() }),
        () => patchExam(fixture.knex, key.examId, { dueDate: soon() }),
        () => patchExam(fixture.knex, key.examId, { dueDate: null }),
        () => allowance('additional_time_granted', String(minutes())),
        () => allowance('due_date_override', soon().toISOString()),
        () => removeAllowance(fixture.knex, { ...key, key: 'due_date_override' }, BY),
        () => setClock(fixture.knex, courseId, { offsetMs: minutes() * MINUTE_MS }),
      ];
      for (let one = 0; one < 40; one += 1) {
        const change = changes[random() % changes.length];
        await change?.();
        expect({ one, provider, at: await stored(key) }).toEqual({ one, provider, at: await expected(key) });
      }
    }
  });

  it('is mended by the workflow that reads the row', async () => {
    const key = await started('moving');
    await fixture.knex('attempts').where({ exam_id: key.examId }).update({ deadline_at: null });
    await fixture.activities.loadAttempt({ key, nowMs: Date.now() });
    expect(await stored(key)).toBe(await expected(key));
  });
});
