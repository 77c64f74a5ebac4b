import {
  adjustTimeUpdate,
  clockChangedSignal,
  type AttemptKey,
  type AttemptView,
} from '../../../contracts/attempts/messages';
import { putAllowances } from '../../../db/attempts/allowances';
import { setClock } from '../../../db/courses/courses';
import { patchExam } from '../../../db/courses/exams';
import { WorkflowFixture } from './workflow-fixture';

jest.setTimeout(40_000);

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const JITTER_MS = 2_000;

let fixture: WorkflowFixture;
beforeAll(async () => {
  fixture = await WorkflowFixture.start({ timings: { deadlineJitterMs: JITTER_MS } });
});
afterAll(() => fixture.stop());

interface Running {
  key: AttemptKey;
  attempt: AttemptView;
  /** The deadline by the clock on the wall. */
  dueMs: number;
}

/** An attempt on an exam of an hour, started so long ago by its course's clock that it is over in about two seconds. */
async function almostOver(dueDate?: Date): Promise<Running> {
  const key = await fixture.backend.newKey();
  if (dueDate) await patchExam(fixture.backend.knex, key.examId, { dueDate });
  await fixture.create(key);
  const attempt = await fixture.change(key, 'started');
  const offsetMs = Date.parse(attempt.deadline ?? '') - Date.now() - 2_000;
  await moveClock(key, attempt, offsetMs);
  return { key, attempt, dueMs: Date.parse(attempt.deadline ?? '') - offsetMs };
}

async function moveClock(key: AttemptKey, { courseId }: AttemptView, offsetMs: number): Promise<void> {
  await setClock(fixture.backend.knex, courseId, { offsetMs });
  await fixture.gateway.signal(key, clockChangedSignal, []);
}

/** When the row was last written, by the database's own clock. */
async function writtenMs({ attemptId }: AttemptView): Promise<number> {
  const row = await fixture.backend.knex('attempts').where({ id: attemptId }).first<{ touched_at: Date }>('touched_at');
  return row?.touched_at.getTime() ?? 0;
}

async function lateness({ key, attempt, dueMs }: Running): Promise<number> {
  const over = await fixture.untilStatus(key, 'submitted');
  expect(over.completedAt).toBe(attempt.deadline);
  return (await writtenMs(over)) - dueMs;
}

it('An attempt times out within a second of its deadline with nobody looking', async () => {
  const running: Running[] = [];
  for (let one = 0; one < 5; one += 1) running.push(await almostOver());
  const late = await Promise.all(running.map(lateness));
  expect(Math.min(...late)).toBeGreaterThan(0);
  expect(Math.max(...late)).toBeLessThan(1_000);
});

it('Attempts that a due date ends are spread over the jitter, each completed at its own deadline', async () => {
  const dueDate = new Date(Date.now() + 30 * MINUTE_MS);
  const running: Running[] = [];
  for (let one = 0; one < 5; one += 1) running.push(await almostOver(dueDate));
  const late = await Promise.all(running.map(lateness));
  expect(running.every(({ attempt }) => attempt.allowedTimeLimitMins === 29)).toBe(true);
  expect(Math.min(...late)).toBeGreaterThan(0);
  expect(Math.max(...late)).toBeLessThan(JITTER_MS + 1_000);
  expect(Math.max(...late) - Math.min(...late)).toBeGreaterThan(JITTER_MS / 100);
});

describe('An allowance given while the exam runs', () => {
  async function started(): Promise<Running> {
    const key = await fixture.backend.newKey();
    await fixture.create(key);
    const attempt = await fixture.change(key, 'started');
    return { key, attempt, dueMs: Date.parse(attempt.deadline ?? '') };
  }

  const grant = async ({ examId, userId }: AttemptKey, value: string): Promise<void> => {
    await putAllowances(fixture.backend.knex, [{ examId, userId, key: 'additional_time_granted', value }]);
  };

  it('changes nothing by itself: the minutes are fixed at the start', async () => {
    const running = await started();
    await grant(running.key, '30');
    await moveClock(running.key, running.attempt, HOUR_MS - 500);
    expect(await fixture.untilStatus(running.key, 'submitted')).toMatchObject({
      completedAt: running.attempt.deadline,
      allowedTimeLimitMins: 60,
    });
  });

  it('moves the timer where it is to count for the running attempt', async () => {
    const { key, attempt, dueMs } = await started();
    await grant(key, '30');
    const adjusted = await fixture.update(key, adjustTimeUpdate, {});
    const deadline = new Date(dueMs + 30 * MINUTE_MS).toISOString();
    expect(adjusted).toMatchObject({ status: 'started', allowedTimeLimitMins: 90, deadline, version: 3 });
    await moveClock(key, attempt, HOUR_MS + 20 * MINUTE_MS);
    expect(await fixture.change(key, 'ready_to_submit')).toMatchObject({ deadline });
    await moveClock(key, attempt, 90 * MINUTE_MS - 1_000);
    expect(await fixture.untilStatus(key, 'submitted')).toMatchObject({ completedAt: deadline });
  });

  it('taken away again ends the attempt at once when its time is over by then', async () => {
    const { key, attempt, dueMs } = await started();
    await grant(key, '30');
    await fixture.update(key, adjustTimeUpdate, {});
    await moveClock(key, attempt, 70 * MINUTE_MS);
    await grant(key, '0');
    await fixture.update(key, adjustTimeUpdate, {});
    expect((await fixture.untilStatus(key, 'submitted')).completedAt).toBe(new Date(dueMs).toISOString());
  });
});

it('A clock that is moved takes the deadline with it, forwards and back', async () => {
  const { key, attempt } = await almostOver();
  await moveClock(key, attempt, 0);
  expect(await fixture.change(key, 'ready_to_submit')).toMatchObject({ deadline: attempt.deadline });
  await moveClock(key, attempt, HOUR_MS - 300);
  expect((await fixture.untilStatus(key, 'submitted')).completedAt).toBe(attempt.deadline);
});

it('Every history of these attempts replays under the present code', async () => {
  expect(await fixture.replayAll()).toBeGreaterThanOrEqual(14);
});
