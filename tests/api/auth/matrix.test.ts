import { type Scope, SCOPES } from '../../../contracts/scopes';
import { upsertLearner } from '../../../db/courses/learners';
import type { ApiAnswer } from '../../../dev/api-client';
import { ApiFixture, type TokenCaller } from '../../support/api-fixture';
import { anAttempt, anExam, COURSE, created, NOW } from '../../support/attempt-builders';
import { aChannel, aRun } from '../../support/export-builders';
import { MATRIX_ROWS, type MatrixRow, type MatrixWorld } from './matrix-rows';

type Methods = Record<string, { description?: string; security?: unknown[] }>;

let api: ApiFixture;
let world: MatrixWorld;
/** Method and address → the scopes that open it; null: nobody needs a token. */
let routes: Map<string, Scope[] | null>;

beforeAll(async () => {
  api = await ApiFixture.start();
  const { db } = api.database;
  const exam = await anExam(db, { provider: 'psi' });
  for (const userId of ['u-1', 'u-2'])
    await upsertLearner(db, { userId, username: userId, email: `${userId}@example.org`, fullName: 'N', active: true });
  const attempt = anAttempt(exam.id, { externalId: 'ext-matrix', status: 'submitted', completedAt: NOW });
  await created(db, attempt);
  const channel = await aChannel(db);
  const { customerId, channelId } = channel;
  const run = await aRun(db, channel);
  await db('reviews').insert(aReviewRow(attempt));
  world = { exam, attempt, courseId: COURSE, customerId, channelId, exportId: run.id };
  const { paths } = (await api.send({ method: 'GET', url: '/openapi.json' })).body as {
    paths: Record<string, Methods>;
  };
  routes = new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { description = '', security }]) => [
        `${method.toUpperCase()} ${path}`,
        security ? null : SCOPES.filter((scope) => description.includes(`\`${scope}\``)),
      ]),
    ),
  );
});
afterAll(() => api.stop());

const ANYTHING = SCOPES.filter((scope) => scope !== 'attempts:take').join(' ');
const ROWS = Object.entries(MATRIX_ROWS);
const limited = ROWS.filter(([, { outside }]) => outside !== 'anonymous' && outside !== 'own suite');
const guarded = ROWS.filter(([, { outside }]) => outside !== 'anonymous');

async function ask(route: string, row: MatrixRow, caller?: TokenCaller): Promise<ApiAnswer> {
  const [method = 'GET'] = route.split(' ');
  const url = row.url(world);
  if (row.lines && caller)
    return api.import(
      caller,
      url,
      row.lines(world).map((line) => `${JSON.stringify(line)}\n`),
    );
  const body = row.body?.(world);
  return caller
    ? api.call(caller, method, url, body)
    : api.send({ method: method as 'GET', url, ...(body ? { payload: body } : {}) });
}

/** All that a stranger could change. */
async function everything(): Promise<string> {
  const tables = [
    'attempts',
    'exams',
    'courses',
    'learners',
    'customers',
    'channel_configurations',
    'customer_learners',
    'allowances',
  ];
  const rows = tables.map((table) => api.database.db(table).select('*').orderBy(1));
  return JSON.stringify(await Promise.all(rows));
}

/** The answer shows nothing of what is outside. */
function expectNothing(answer: ApiAnswer, outside: MatrixRow['outside']): void {
  if (outside === 'empty list') expect(answer).toMatchObject({ status: 200, body: { items: [] } });
  else if (outside === 'lines left out') {
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.body)).toMatch(/"accepted":0|"stored":0/);
  } else expect(answer.status).toBe(404);
}

test('Every route has a row, and every row a route.', () => {
  const withoutClock = [...routes.keys()].filter((route) => !route.includes('/clock'));
  expect(withoutClock.sort()).toEqual(Object.keys(MATRIX_ROWS).sort());
});

test('The rows that need no token are the routes that are open to everybody.', () => {
  const open = [...routes].filter(([, scopes]) => scopes === null).map(([route]) => route);
  expect(open.sort()).toEqual(ROWS.flatMap(([route, { outside }]) => (outside === 'anonymous' ? [route] : [])).sort());
});

test.each(guarded)('%s is 401 without a token.', async (route, row) => {
  expect(await ask(route, row)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
});

test.each(guarded)('%s is 403 with all scopes but its own.', async (route, row) => {
  const own = routes.get(route) ?? [];
  expect(own.length).toBeGreaterThan(0);
  const scope = SCOPES.filter((one) => !own.includes(one)).join(' ');
  expect(await ask(route, row, { scope })).toMatchObject({ status: 403, body: { code: 'insufficient-scope' } });
});

test.each(limited)('%s gives a token of something else nothing, and changes nothing.', async (route, row) => {
  const before = await everything();
  const limits: Partial<TokenCaller>[] = [
    { courses: ['course-v1:Other'] },
    { customers: ['other'] },
    { provider: 'proctortrack' },
    { courses: [], customers: [] },
    { courses: ['course-v1:Other'], customers: ['other'], provider: 'psi' },
  ].filter(
    (limit) =>
      row.limitedBy === undefined || Object.keys(limit).some((name) => row.limitedBy?.includes(name as 'courses')),
  );
  for (const limit of limits) expectNothing(await ask(route, row, { scope: ANYTHING, ...limit }), row.outside);
  expect(await everything()).toBe(before);
  expect([
    api.gateway.executions,
    api.gateway.publishes,
    api.gateway.exports.starts,
    api.gateway.exports.steered,
  ]).toEqual([[], [], [], []]);
});

test.each(limited)('%s gives another learner nothing, and changes nothing.', async (route, row) => {
  const before = await everything();
  const answer = await ask(route, row, { sub: 'u-2', scope: 'attempts:take' });
  if (row.otherLearner === 'empty list') expectNothing(answer, 'empty list');
  else expect(answer).toMatchObject({ status: 403, body: { code: row.otherLearner ?? 'insufficient-scope' } });
  expect(await everything()).toBe(before);
  expect(api.gateway.executions).toEqual([]);
});

test('The same rows are there for a token without limits: what the others do not get exists.', async () => {
  const reads = limited.filter(([route]) => route.startsWith('GET') && !/\/(progress|events)$/.test(route));
  const statuses = await Promise.all(
    reads.map(async ([route, row]) => [route, (await ask(route, row, { scope: ANYTHING })).status]),
  );
  expect(statuses.filter(([, status]) => status !== 200)).toEqual([]);
});

describe('A learner may be written by a token', () => {
  const put = (caller: Partial<TokenCaller>, userId: string): Promise<ApiAnswer> =>
    api.call({ scope: 'learners:write', ...caller }, 'PUT', `/v1/learners/${userId}`, {
      username: `n-${userId}`,
      email: 'new@example.org',
      fullName: 'N',
    });

  test('of the learner’s course, as long as the learner is in no other.', async () => {
    expect((await put({ courses: [COURSE] }, 'u-1')).status).toBe(200);
    const elsewhere = await anExam(api.database.db, { courseId: 'course-v1:Elsewhere' });
    const second = anAttempt(elsewhere.id, { userId: 'u-1' });
    await api.database.db.transaction(async () => created(api.database.db, second));
    await api.database.db('attempts').where({ id: second.id }).update({ course_id: 'course-v1:Elsewhere' });
    expect((await put({ courses: [COURSE] }, 'u-1')).status).toBe(404);
    expect((await put({ courses: [COURSE, 'course-v1:Elsewhere'] }, 'u-1')).status).toBe(200);
  });

  test('when the learner is new, unless the token reaches nothing.', async () => {
    expect((await put({ courses: [COURSE] }, 'fresh')).status).toBe(200);
    expect((await put({ courses: [] }, 'fresher')).status).toBe(404);
    expect((await put({ provider: 'psi' }, 'fresher')).status).toBe(404);
  });

  test('but not one who belongs nowhere the token reaches.', async () => {
    expect((await put({ courses: [COURSE] }, 'u-2')).status).toBe(404);
    expect((await put({ customers: ['other'] }, 'u-2')).status).toBe(404);
    expect((await put({}, 'u-2')).status).toBe(200);
  });
});

test('A repetition with a token that reaches less is not given the kept answer.', async () => {
  const wide = { sub: 'service', scope: 'exams:write' };
  const body = { courseId: COURSE, contentId: 'kept', examName: 'K', timeLimitMins: 1 };
  const first = await api.call(wide, 'POST', '/v1/exams', body, 'kept-1');
  expect(first.status).toBe(201);
  expect(await api.call(wide, 'POST', '/v1/exams', body, 'kept-1')).toMatchObject({ status: 201, body: first.body });
  const narrow = await api.call({ ...wide, courses: ['course-v1:Other'] }, 'POST', '/v1/exams', body, 'kept-1');
  expect(narrow).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  expect(JSON.stringify(narrow.body)).not.toContain('kept"');
});

function aReviewRow({ code, id, examId, userId }: MatrixWorld['attempt']): object {
  return {
    attempt_code: code,
    attempt_id: id,
    exam_id: examId,
    user_id: userId,
    course_id: COURSE,
    provider: 'psi',
    channel: 'rest',
    review_status: 'Suspicious',
    raw_data: '{}',
    is_attempt_archived: false,
    created_at: NOW,
    modified_at: NOW,
  };
}
