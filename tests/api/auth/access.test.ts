import { SignJWT } from 'jose';
import { upsertLearner } from '../../../db/courses/learners';
import type { Attempt, Exam } from '../../../domain/attempts/model';
import { ApiFixture, OPERATOR } from '../../support/api-fixture';
import { anAttempt, anExam, COURSE, created } from '../../support/attempt-builders';

let api: ApiFixture;
let exam: Exam;
let attempt: Attempt;

beforeAll(async () => {
  api = await ApiFixture.start();
  exam = await anExam(api.database.db);
  for (const userId of ['u-1', 'u-2']) {
    await upsertLearner(api.database.db, { userId, username: userId, email: 'e', fullName: 'N', active: true });
  }
  attempt = anAttempt(exam.id, { userId: 'u-1' });
  await created(api.database.db, attempt);
});

afterAll(() => api.stop());

beforeEach(() => {
  api.gateway.executions.length = 0;
});

const LEARNER = { sub: 'u-1', scope: 'attempts:take' };
const OTHER = { sub: 'u-2', scope: 'attempts:take' };

test('Without a token everything under /v1 is 401.', async () => {
  const answer = await api.send({ method: 'GET', url: '/v1/attempts' });
  expect(answer).toMatchObject({
    status: 401,
    body: { code: 'unauthenticated' },
    headers: { 'www-authenticate': 'Bearer' },
  });
});

test('A token signed with a shared secret is not accepted.', async () => {
  const forged = await new SignJWT({ scope: OPERATOR.scope })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('x')
    .setIssuer('invigil-dev')
    .setAudience('invigil')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode('a secret of thirty-two characters or more'));
  const answer = await api.send({ method: 'GET', url: '/v1/attempts', headers: { authorization: `Bearer ${forged}` } });
  expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
});

test('A token with a limit that is not understood is refused.', async () => {
  const answer = await api.call({ ...OPERATOR, courses: COURSE as unknown as string[] }, 'GET', '/v1/attempts');
  expect(answer.status).toBe(401);
});

test('A missing scope is 403 and names the scopes that would do.', async () => {
  const answer = await api.call({ scope: 'exams:read' }, 'PATCH', '/v1/attempts/x', { status: 'submitted' });
  expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient-scope' } });
  expect(answer.body['detail']).toContain('attempts:write');
});

test.each([
  ['GET', () => `/v1/attempts/${attempt.code}`, undefined],
  ['PATCH', () => `/v1/attempts/${attempt.code}`, { status: 'submitted' }],
  ['POST', () => `/v1/attempts/${attempt.code}/actions`, { action: 'submit' }],
  ['DELETE', () => `/v1/attempts/${attempt.code}`, undefined],
  ['GET', () => `/v1/attempts/${attempt.code}/history`, undefined],
  ['GET', () => `/v1/attempts/${attempt.code}/effects`, undefined],
  ['POST', () => `/v1/attempts/${attempt.code}/effects/1/retry`, undefined],
  ['GET', () => `/v1/exams/${exam.id}`, undefined],
  ['PATCH', () => `/v1/exams/${exam.id}`, { examName: 'X' }],
  ['GET', () => `/v1/exams/${exam.id}/allowances`, undefined],
  ['PUT', () => `/v1/exams/${exam.id}/allowances/u-1/note`, { value: 'x' }],
  ['POST', () => `/v1/exams/${exam.id}/attempts`, { userId: 'u-2', takingAsProctored: true }],
  ['DELETE', () => `/v1/exams/${exam.id}/learners/u-1/attempts`, undefined],
  ['PATCH', () => `/v1/exams/${exam.id}/learners/u-1/attempt`, { status: 'submitted' }],
  ['PUT', () => `/v1/courses/${encodeURIComponent(COURSE)}`, { name: 'X' }],
  ['GET', () => `/v1/courses/${encodeURIComponent(COURSE)}/exams`, undefined],
] as const)('For a token of another course %s of case %# does not exist.', async (method, url, body) => {
  const answer = await api.call({ ...OPERATOR, courses: ['course-v1:Other'] }, method, url(), body);
  expect(answer.status).toBe(404);
  expect(api.gateway.executions).toEqual([]);
});

test('For a token of another provider the attempt does not exist.', async () => {
  const url = `/v1/attempts/${attempt.code}`;
  expect(await api.call({ ...OPERATOR, provider: 'proctortrack' }, 'GET', url)).toMatchObject({ status: 404 });
  expect(await api.call({ ...OPERATOR, provider: 'psi' }, 'GET', url)).toMatchObject({ status: 200 });
});

test('A list shows what the token may see.', async () => {
  const seen = async (caller: Parameters<ApiFixture['call']>[0]) =>
    (await api.call(caller, 'GET', '/v1/attempts')).body['items'];
  expect(await seen({ ...OPERATOR, courses: [COURSE] })).toHaveLength(1);
  expect(await seen({ ...OPERATOR, courses: ['course-v1:Other'] })).toEqual([]);
  expect(await seen({ ...OPERATOR, provider: 'proctortrack' })).toEqual([]);
  expect(await seen(LEARNER)).toHaveLength(1);
  expect(await seen(OTHER)).toEqual([]);
});

test('A learner reads the own attempt and not another learner’s.', async () => {
  expect(await api.call(LEARNER, 'GET', `/v1/attempts/${attempt.code}`)).toMatchObject({
    status: 200,
    body: { userId: 'u-1' },
  });
  const answer = await api.call(OTHER, 'GET', `/v1/attempts/${attempt.code}`);
  expect(answer).toMatchObject({ status: 403, body: { code: 'not-your-attempt' } });
});

test('A learner acts on the own attempt as learner, staff on any as staff.', async () => {
  const url = `/v1/attempts/${attempt.code}/actions`;
  expect(await api.call(LEARNER, 'POST', url, { action: 'start' })).toMatchObject({ status: 200 });
  expect(await api.call({ scope: 'attempts:write' }, 'POST', url, { action: 'submit' })).toMatchObject({ status: 200 });
  expect(api.gateway.executions.map(({ input }) => [input['action'], input['actor']])).toEqual([
    ['start', 'learner'],
    ['submit', 'staff'],
  ]);
  expect(await api.call(OTHER, 'POST', url, { action: 'start' })).toMatchObject({
    status: 403,
    body: { code: 'not-your-attempt' },
  });
});

test('Only staff can make an attempt ready to resume.', async () => {
  const answer = await api.call(LEARNER, 'POST', `/v1/attempts/${attempt.code}/actions`, {
    action: 'mark_ready_to_resume',
  });
  expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient-scope' } });
});

test('A learner begins an attempt for nobody else.', async () => {
  const url = `/v1/exams/${exam.id}/attempts`;
  const wanted = { userId: 'u-2', takingAsProctored: true };
  expect(await api.call(LEARNER, 'POST', url, wanted)).toMatchObject({
    status: 403,
    body: { code: 'not-your-attempt' },
  });
  expect(await api.call(OTHER, 'POST', url, wanted)).toMatchObject({ status: 201 });
});
