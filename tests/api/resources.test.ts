import { openSaves } from '../../db/courses/exam-saves';
import { upsertLearner } from '../../db/courses/learners';
import type { ApiAnswer } from '../../dev/api-client';
import { ApiFixture, OPERATOR } from '../support/api-fixture';
import { anAttempt, anExam, COURSE, created, creditSubmitted, saved } from '../support/attempt-builders';

let api: ApiFixture;
const course = `/v1/courses/${encodeURIComponent(COURSE)}`;

beforeAll(async () => {
  api = await ApiFixture.start({ INVIGIL_TEST_CLOCK: '1' });
  await api.call(OPERATOR, 'PUT', course, {
    name: 'Course',
    proctoringProvider: 'psi',
    end: '2026-12-01T00:00:00+01:00',
  });
});

afterAll(() => api.stop());

function importLearners(lines: Iterable<string>): Promise<ApiAnswer> {
  return api.import(OPERATOR, '/v1/learners/import', lines);
}

const line = (id: string, more: object = {}) =>
  `${JSON.stringify({ userId: id, username: id, email: `${id}@example.org`, fullName: id, ...more })}\n`;

test('A course is stored as sent, with instants in UTC.', async () => {
  const answer = await api.call(OPERATOR, 'PUT', course, {
    name: 'Course',
    proctoringProvider: 'psi',
    end: '2026-12-01T00:00:00+01:00',
  });
  expect(answer).toMatchObject({ status: 200, body: { courseId: COURSE, end: '2026-11-30T23:00:00.000Z' } });
});

test('A provider nobody configured is refused.', async () => {
  const answer = await api.call(OPERATOR, 'PUT', course, { name: 'Course', proctoringProvider: 'nobody' });
  expect(answer).toMatchObject({ status: 400, body: { code: 'unknown-provider' } });
});

test('A username belongs to one learner.', async () => {
  const ann = { username: 'taken', email: 'a@example.org', fullName: 'A' };
  expect(await api.call(OPERATOR, 'PUT', '/v1/learners/a', ann)).toMatchObject({
    status: 200,
    body: { userId: 'a', active: true },
  });
  expect(await api.call(OPERATOR, 'PUT', '/v1/learners/b', ann)).toMatchObject({
    status: 409,
    body: { code: 'username-taken' },
  });
});

test('The import keeps the good lines and names the bad ones by number.', async () => {
  const lines = [
    line('i-1'),
    'no json\n',
    '\n',
    line('i-2', { evil: 1 }),
    line('i-3', { username: 'i-1' }),
    `${'x'.repeat(70_000)}\n`,
    line('i-4'),
  ];
  const { status, body } = await importLearners(lines);
  expect({ status, ...body }).toMatchObject({ status: 200, accepted: 2, rejected: 4 });
  expect((body['errors'] as { line: number }[]).map((error) => error.line).sort()).toEqual([2, 4, 5, 6]);
});

test('The import takes far more than the body limit.', async () => {
  const { body } = await importLearners(Array.from({ length: 3_000 }, (_, index) => line(`bulk-${index}`)));
  expect(body).toMatchObject({ accepted: 3_000, rejected: 0 });
});

test('An exam is created, read, listed and changed with its review policy.', async () => {
  const wanted = {
    courseId: COURSE,
    contentId: 'block-1',
    examName: 'Final',
    timeLimitMins: 60,
    isProctored: true,
    reviewRules: 'No books',
  };
  const first = await api.call(OPERATOR, 'POST', '/v1/exams', wanted);
  expect(first).toMatchObject({ status: 201, body: { provider: 'psi', reviewRules: 'No books', isActive: true } });
  const url = String(first.headers['location']);
  expect((await api.call(OPERATOR, 'GET', url)).body).toEqual(first.body);
  expect(await api.call(OPERATOR, 'POST', '/v1/exams', wanted)).toMatchObject({
    status: 409,
    body: { code: 'exam-already-exists' },
  });
  const changed = await api.call(OPERATOR, 'PATCH', url, { isActive: false, reviewRules: null });
  expect(changed).toMatchObject({ status: 200, body: { isActive: false, reviewRules: null, examName: 'Final' } });
  expect((await api.call(OPERATOR, 'GET', `${course}/exams?active=false`)).body['items']).toHaveLength(1);
  expect((await api.call(OPERATOR, 'GET', `${course}/exams?active=true`)).body['items']).toHaveLength(0);
});

test('Saving a proctored exam leaves a save at its provider to do, saving a timed one does not.', async () => {
  const saves = async (): Promise<unknown[]> =>
    (await openSaves(api.database.db, 'course-v1:Org+Saves')).due.map(({ commandId }) => commandId);
  await api.call(OPERATOR, 'PUT', '/v1/courses/course-v1%3AOrg%2BSaves', { name: 'Saves', proctoringProvider: 'psi' });
  const exam = { courseId: 'course-v1:Org+Saves', contentId: 'block-1', examName: 'Final', timeLimitMins: 60 };
  const timed = await api.call(OPERATOR, 'POST', '/v1/exams', exam);
  expect(await saves()).toEqual([]);
  const url = String(timed.headers['location']);
  await api.call(OPERATOR, 'PATCH', url, { isProctored: true });
  const [first] = await saves();
  expect(first).toEqual(expect.any(String));
  await api.call(OPERATOR, 'PATCH', url, { isProctored: false });
  const [last, ...more] = await saves();
  expect([last === first, more]).toEqual([false, []]);
  expect(api.gateway.wakes).toEqual(expect.arrayContaining(['course-v1:Org+Saves']));
});

test('Allowances are stored, listed, stored in bulk and removed.', async () => {
  const { id } = await anExam(api.database.db);
  await importLearners([line('u-1'), line('u-2')]);
  const url = `/v1/exams/${id}/allowances`;
  expect(await api.call(OPERATOR, 'PUT', `${url}/u-1/additional_time_granted`, { value: '15' })).toMatchObject({
    status: 200,
  });
  expect(await api.call(OPERATOR, 'PUT', `${url}/u-1/additional_time_granted`, { value: 'soon' })).toMatchObject({
    status: 400,
  });
  const bulk = { examIds: [id], userIds: ['u-1', 'u-2'], key: 'note', value: 'x' };
  expect(await api.call(OPERATOR, 'POST', '/v1/allowances/bulk', bulk)).toMatchObject({
    status: 200,
    body: { stored: 2 },
  });
  expect((await api.call(OPERATOR, 'GET', url)).body['items']).toHaveLength(3);
  expect(await api.call(OPERATOR, 'DELETE', `${url}/u-1/note`)).toMatchObject({ status: 204 });
  expect(await api.call(OPERATOR, 'DELETE', `${url}/u-1/note`)).toMatchObject({
    status: 404,
    body: { code: 'allowance-not-found' },
  });
});

test('An attempt is shown with links, history, effects and time at the course’s clock.', async () => {
  const { db } = api.database;
  const exam = await anExam(db);
  await upsertLearner(db, { userId: 'w 1', username: 'w', email: 'e', fullName: 'N', active: true });
  const attempt = anAttempt(exam.id, { userId: 'w 1', allowedTimeLimitMins: 60 });
  await created(db, attempt);
  const startedAt = new Date();
  await saved(db, attempt, { status: 'started', startedAt }, { actions: [creditSubmitted] });
  await api.call(OPERATOR, 'PUT', `${course}/clock`, {
    frozenAt: new Date(startedAt.getTime() + 600_000).toISOString(),
  });
  const { body } = await api.call(OPERATOR, 'GET', `/v1/attempts/${attempt.code}`);
  await api.call(OPERATOR, 'PUT', `${course}/clock`, { frozenAt: null });
  expect(body).toMatchObject({ status: 'started', phase: 'in_exam', timeRemainingSeconds: 3_000, pendingEffects: 1 });
  expect(body['workflowId']).toBe(`exam-attempt:${exam.id}:w%201:1`);
  expect(body['temporalUrl']).toContain('/namespaces/default/workflows/exam-attempt%3A');
  expect(body).not.toHaveProperty('version');
  const { body: past } = await api.call(OPERATOR, 'GET', `/v1/attempts/${attempt.code}/history`);
  expect(past['items']).toEqual([expect.objectContaining({ archivedBecause: 'status-changed' })]);
  const { body: effects } = await api.call(OPERATOR, 'GET', `/v1/attempts/${attempt.code}/effects`);
  expect(effects['items']).toEqual([expect.objectContaining({ name: 'credit.set', state: 'due' })]);
  const [{ effectId }] = effects['items'] as [{ effectId: string }];
  const retry = await api.call(OPERATOR, 'POST', `/v1/attempts/${attempt.code}/effects/${effectId}/retry`);
  expect(retry).toMatchObject({ status: 409, body: { code: 'effect-not-failed' } });
  expect(api.gateway.signals).toContainEqual({
    key: { examId: exam.id, userId: 'w 1', attemptNumber: 1 },
    signal: 'clockChanged',
  });
});

test('Statuses are set by code, and by exam and learner; what is missing can be ignored.', async () => {
  const { db } = api.database;
  const exam = await anExam(db);
  const attempt = anAttempt(exam.id, { userId: 's-1' });
  await created(db, attempt);
  const url = `/v1/exams/${exam.id}/learners`;
  expect(await api.call(OPERATOR, 'PATCH', `/v1/attempts/${attempt.code}`, { status: 'strange' })).toMatchObject({
    body: { code: 'unknown-status' },
  });
  expect(await api.call(OPERATOR, 'PATCH', `/v1/attempts/${attempt.code}`, { status: 'submitted' })).toMatchObject({
    status: 200,
  });
  expect(await api.call(OPERATOR, 'PATCH', `${url}/s-1/attempt`, { status: 'declined', cascade: false })).toMatchObject(
    { status: 200 },
  );
  expect(await api.call(OPERATOR, 'PATCH', `${url}/s-2/attempt`, { status: 'declined' })).toMatchObject({
    status: 404,
  });
  expect(
    await api.call(OPERATOR, 'PATCH', `${url}/s-2/attempt`, { status: 'declined', ifMissing: 'ignore' }),
  ).toMatchObject({ status: 204 });
  expect(api.gateway.executions.slice(-2).map(({ input }) => input['status'])).toEqual(['submitted', 'declined']);
  expect(await api.call(OPERATOR, 'DELETE', `${url}/s-1/attempts`)).toMatchObject({ status: 204 });
  expect(api.gateway.executions.at(-1)).toMatchObject({
    update: 'remove',
    start: { staticSummary: `${COURSE} · exam ${exam.id} · attempt 1` },
  });
});

test('An attempt needs a learner the service knows.', async () => {
  const exam = await anExam(api.database.db);
  const answer = await api.call(OPERATOR, 'POST', `/v1/exams/${exam.id}/attempts`, {
    userId: 'ghost',
    takingAsProctored: true,
  });
  expect(answer).toMatchObject({ status: 404, body: { code: 'learner-not-found' } });
});
