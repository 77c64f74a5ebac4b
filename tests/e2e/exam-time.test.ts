import { signDevToken } from '../../config/dev-key';
import type { AttemptAnswer } from '../../contracts/http/attempts';
import { ApiClient } from '../../dev/api-client';
import { attemptPath, coursePath, createAttempt, createExam, putCourse, putLearner } from '../../dev/course-set-up';
import { type Stack, startStack } from '../../dev/stack';
import { defaultProviders } from '../../dev/stack-environment';
import { waitFor } from '../../dev/wait-until';

jest.setTimeout(120_000);

const COURSE = 'course-timed';
const SCOPE = 'exams:read exams:write learners:write attempts:read attempts:write';
const MINUTE_MS = 60_000;

let stack: Stack;
let api: ApiClient;
let examId: number;
let learners = 0;

beforeAll(async () => {
  const providers = (url: string | undefined) =>
    defaultProviders(url).map((one) => ({ ...one, ruleSet: 'current' as const }));
  stack = await startStack({ ignoreExternal: true, testClock: true, providers });
  api = new ApiClient(stack.urls.api, await signDevToken(stack.devKeyFile, { sub: 'operator', scope: SCOPE }));
  await putCourse(api, COURSE);
  ({ examId } = await createExam(api, COURSE));
});

afterAll(() => stack.stop());

/** A learner who begins an hour's exam now. */
async function begun(): Promise<AttemptAnswer> {
  learners += 1;
  const userId = `learner-${learners}`;
  await putLearner(api, userId);
  return createAttempt(api, examId, userId, { takingAsProctored: false, start: true });
}

const advance = (ms: number): Promise<unknown> => api.put(`${coursePath(COURSE)}/clock`, { advanceMs: ms });

/** Reads use the database only and do not wake the attempt's workflow. */
function currentAttempt({ attemptCode }: AttemptAnswer): Promise<AttemptAnswer> {
  return api.get<AttemptAnswer>(attemptPath(attemptCode));
}

function over(attempt: AttemptAnswer): Promise<AttemptAnswer> {
  const ended = async (): Promise<AttemptAnswer | undefined> => {
    const now = await currentAttempt(attempt);
    return now.status === 'submitted' ? now : undefined;
  };
  return waitFor(ended, { what: 'the time-out', timeoutMs: 30_000 });
}

test('An exam ends by itself at its deadline.', async () => {
  const attempt = await begun();
  await advance(60 * MINUTE_MS - 3_000);
  expect((await over(attempt)).completedAt).toBe(attempt.deadline);
});

test('More time for a learner in the exam moves the deadline, and the exam ends at the new one.', async () => {
  const attempt = await begun();
  const deadline = new Date(Date.parse(attempt.deadline ?? '') + 30 * MINUTE_MS).toISOString();
  const allowance = `/exams/${examId}/allowances/${attempt.userId}/time_multiplier`;
  expect(await api.put(allowance, { value: '1.5' })).toMatchObject({ key: 'additional_time_granted', value: '30' });
  expect(await currentAttempt(attempt)).toMatchObject({ allowedTimeLimitMins: 60, deadline: attempt.deadline });
  expect(await api.put(allowance, { value: '1.5', applyToRunning: true })).toMatchObject({ appliedToRunning: 1 });
  expect(await currentAttempt(attempt)).toMatchObject({ allowedTimeLimitMins: 90, deadline });
  await advance(75 * MINUTE_MS);
  expect(await currentAttempt(attempt)).toMatchObject({ status: 'started', deadline });
  await advance(15 * MINUTE_MS - 3_000);
  expect((await over(attempt)).completedAt).toBe(deadline);
});
