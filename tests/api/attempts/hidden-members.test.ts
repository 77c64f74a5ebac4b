import { upsertLearner } from '../../../db/courses/learners';
import type { Attempt, Exam } from '../../../domain/attempts/model';
import { ApiFixture, OPERATOR, type TokenCaller } from '../../support/api-fixture';
import { anAttempt, anExam, attemptKeyOf, created, NOW } from '../../support/attempt-builders';
import { aView } from '../../support/recording-gateway';

const EXTERNAL_ID = 'canary-8c21-external';
const LEARNER: TokenCaller = { sub: 'u-1', scope: 'attempts:take' };
const MIXED: TokenCaller = { sub: 'u-1', scope: 'attempts:take attempts:read attempts:write' };
const WRITER: TokenCaller = { scope: 'attempts:write ops:act' };

let api: ApiFixture;
let exam: Exam;
let attempt: Attempt;

beforeAll(async () => {
  api = await ApiFixture.start();
  const { db } = api.database;
  exam = await anExam(db);
  await upsertLearner(db, { userId: 'u-1', username: 'u-1', email: '', fullName: '', active: true });
  attempt = anAttempt(exam.id, { externalId: EXTERNAL_ID, status: 'submitted', completedAt: NOW });
  await created(db, attempt);
  // A workflow of the release before answers with the external id.
  api.gateway.answer = () => aView(attemptKeyOf(attempt), { attemptCode: attempt.code, externalId: EXTERNAL_ID });
});
afterAll(() => api.stop());

const READS = [
  ['the attempt', () => `/v1/attempts/${attempt.code}`],
  ['the list', () => '/v1/attempts'],
  ['the timeline', () => `/v1/attempts/${attempt.code}/timeline`],
] as const;
const WRITES = [
  ['POST', () => `/v1/exams/${exam.id}/attempts`, { userId: 'u-1', takingAsProctored: true }],
  ['POST', () => `/v1/attempts/${attempt.code}/actions`, { action: 'submit' }],
] as const;

async function textOf(
  caller: TokenCaller,
  method: 'GET' | 'POST' | 'PATCH',
  url: string,
  body?: object,
): Promise<string> {
  const answer = await api.call(caller, method, url, body);
  expect(answer.status).toBeLessThan(300);
  return JSON.stringify(answer.body);
}

describe.each([
  ['a learner', LEARNER],
  ['a learner whose token may do more', MIXED],
])('To %s', (_, caller) => {
  test.each(READS)('%s shows neither the external id nor the ways into Temporal.', async (_name, url) => {
    const text = await textOf(caller, 'GET', url());
    expect(text).toContain(attempt.code);
    for (const hidden of [EXTERNAL_ID, 'externalId', 'temporalUrl', 'workflowId']) expect(text).not.toContain(hidden);
  });

  test.each(WRITES)('neither does the answer to %s of case %#.', async (method, url, body) => {
    const text = await textOf(caller, method, url(), body);
    for (const hidden of [EXTERNAL_ID, 'externalId', 'temporalUrl', 'workflowId']) expect(text).not.toContain(hidden);
  });
});

test.each([...READS, ['the history', () => `/v1/attempts/${attempt.code}/history`] as const])(
  'Who may change attempts but not read them is shown no external id in %s.',
  async (_, url) => {
    const text = await textOf(WRITER, 'GET', url());
    expect(text).not.toContain(EXTERNAL_ID);
    expect(text).not.toContain('temporalUrl');
  },
);

test.each(READS)('With attempts:read %s shows both.', async (_, url) => {
  const text = await textOf(OPERATOR, 'GET', url());
  for (const shown of [EXTERNAL_ID, 'temporalUrl', 'workflowId']) expect(text).toContain(shown);
});

test.each([...WRITES, ['PATCH', () => `/v1/attempts/${attempt.code}`, { status: 'verified' }] as const])(
  'An answer to %s of case %# shows the way into Temporal, and no external id even to an operator: answers are kept.',
  async (method, url, body) => {
    const text = await textOf(OPERATOR, method, url(), body);
    expect(text).toContain('temporalUrl');
    expect(text).not.toContain(EXTERNAL_ID);
  },
);

test('A repetition under the same key shows no more than the first answer.', async () => {
  const send = () => api.call(MIXED, 'POST', `/v1/attempts/${attempt.code}/actions`, { action: 'submit' }, 'hidden-1');
  const [first, again] = [await send(), await send()];
  expect(again.headers['idempotent-replayed']).toBe('true');
  expect(again.body).toEqual(first.body);
  expect(JSON.stringify(again.body)).not.toContain(EXTERNAL_ID);
});
