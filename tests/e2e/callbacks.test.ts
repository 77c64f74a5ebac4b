import { signDevToken } from '../../config/dev-key';
import type { FullAttemptAnswer } from '../../contracts/http/attempts';
import type { ReviewAnswer } from '../../contracts/http/reviews';
import { ApiClient } from '../../dev/api-client';
import { attemptPath, createAttempt, createExam, putCourse, putLearner } from '../../dev/course-set-up';
import { SimulatorClient } from '../../dev/simulator/client';
import type { AppliedEntry } from '../../dev/simulator/journal';
import { softwareSecureReview } from '../../dev/software-secure';
import { type Stack, startStack } from '../../dev/stack';
import { defaultProviders } from '../../dev/stack-environment';
import { waitUntil } from '../../dev/wait-until';

jest.setTimeout(120_000);

const COURSE = 'course-reviewed';
const SCOPE = 'exams:read exams:write learners:write attempts:read attempts:write ops:act';

let stack: Stack;
let api: ApiClient;
let simulator: SimulatorClient;
let examId: number;
let learners = 0;

beforeAll(async () => {
  stack = await startStack({
    ignoreExternal: true,
    temporalFile: true,
    providers: (url) => defaultProviders(url).map((one) => ({ ...one, ruleSet: 'current' })),
    env: { RELAY_INTERVAL_MS: '500', RELAY_GRACE_MS: '3000', EFFECT_RETRY_INITIAL_MS: '200', ATTEMPT_IDLE_MS: '500' },
  });
  api = new ApiClient(stack.urls.api, await signDevToken(stack.devKeyFile, { sub: 'operator', scope: SCOPE }));
  simulator = new SimulatorClient(stack.urls.simulator);
  await putCourse(api, COURSE);
  ({ examId } = await createExam(api, COURSE, { isProctored: true }));
});

afterAll(() => stack.stop());

async function attempt(...statuses: string[]): Promise<FullAttemptAnswer> {
  learners += 1;
  const userId = `learner-${learners}`;
  await putLearner(api, userId);
  const made = await createAttempt(api, examId, userId);
  for (const status of statuses) await api.patch(attemptPath(made.attemptCode), { status });
  return currentAttempt(made);
}

async function callBack({ attemptCode, externalId }: FullAttemptAnswer, reviewStatus: string): Promise<number> {
  const body = softwareSecureReview({ code: attemptCode, externalId }, { reviewStatus });
  const path = '/providers/software_secure/reviews';
  return (await api.request({ method: 'POST', path, body, key: null, token: null })).status;
}

function currentAttempt({ attemptCode }: Pick<FullAttemptAnswer, 'attemptCode'>): Promise<FullAttemptAnswer> {
  return api.get<FullAttemptAnswer>(attemptPath(attemptCode));
}

async function untilStatus(one: FullAttemptAnswer, status: string): Promise<void> {
  const isThere = async (): Promise<boolean> => {
    const now = await currentAttempt(one);
    return now.status === status && now.pendingEffects === 0;
  };
  await waitUntil(isThere, { what: `${status} with nothing pending`, timeoutMs: 30_000 });
}

async function reviewsOf({ attemptCode }: FullAttemptAnswer): Promise<ReviewAnswer[]> {
  return (await api.get<{ items: ReviewAnswer[] }>(`${attemptPath(attemptCode)}/reviews`)).items;
}

async function outside({ userId }: FullAttemptAnswer, effect: string): Promise<AppliedEntry[]> {
  return (await simulator.applied({ userId })).filter((entry) => entry.effect === effect);
}

test('A passing review verifies the attempt, and a person may overrule it.', async () => {
  const one = await attempt('submitted');
  expect(await callBack(one, 'Clean')).toBe(202);
  await untilStatus(one, 'verified');
  const [review] = await reviewsOf(one);
  expect(review).toMatchObject({ reviewStatus: 'Clean', reviewedBy: null, history: [] });
  await api.patch(`/reviews/${review?.reviewId}`, { reviewStatus: 'Suspicious' });
  await untilStatus(one, 'rejected');
  expect(await reviewsOf(one)).toMatchObject([{ reviewStatus: 'Suspicious', reviewedBy: 'operator', history: [{}] }]);
});

test('A suspicious review waits for a person, and support is notified.', async () => {
  const one = await attempt('submitted');
  await callBack(one, 'Suspicious');
  await untilStatus(one, 'second_review_required');
  expect(await outside(one, 'instructor.notification')).toHaveLength(1);
});

test('A hundred copies at once have one effect.', async () => {
  const one = await attempt('submitted');
  const answers = await Promise.all(Array.from({ length: 100 }, () => callBack(one, 'Clean')));
  expect(new Set(answers)).toEqual(new Set([202]));
  await untilStatus(one, 'verified');
  expect(await reviewsOf(one)).toMatchObject([{ history: [] }]);
  const satisfied = (await outside(one, 'credit.set')).filter(({ body }) => JSON.stringify(body).includes('satisfied'));
  expect(satisfied).toHaveLength(1);
});

test('The review of a removed attempt is kept, and nothing else happens.', async () => {
  const one = await attempt('submitted');
  await api.remove(attemptPath(one.attemptCode));
  await callBack(one, 'Clean');
  await waitUntil(async () => (await reviewsOf(one)).length === 1, { what: 'the review', timeoutMs: 30_000 });
  expect(await reviewsOf(one)).toMatchObject([{ isAttemptArchived: true }]);
  expect(await currentAttempt(one)).toMatchObject({ status: 'submitted', isArchived: true });
});

test('The launch callback makes an attempt ready to start.', async () => {
  const one = await attempt();
  const path = `/providers/software_secure/start/${one.attemptCode}`;
  expect((await api.request({ method: 'GET', path, token: null })).status).toBe(302);
  await untilStatus(one, 'ready_to_start');
});

test('Callbacks taken while Temporal and the worker are down take effect in order, each once, when they are back.', async () => {
  const many = await Promise.all(Array.from({ length: 20 }, () => attempt('submitted')));
  const [worker] = stack.workers;
  await Promise.all([worker?.stop(), stack.temporal?.stop()]);
  for (const verdict of ['Suspicious', 'Clean']) {
    const answers = await Promise.all(many.map((one) => callBack(one, verdict)));
    expect(new Set(answers)).toEqual(new Set([202]));
  }
  await stack.temporal?.start();
  await worker?.start();
  for (const one of many) {
    await untilStatus(one, 'verified');
    expect(await reviewsOf(one)).toMatchObject([{ reviewStatus: 'Clean', history: [{ reviewStatus: 'Suspicious' }] }]);
    expect(await outside(one, 'instructor.notification')).toHaveLength(1);
  }
});
