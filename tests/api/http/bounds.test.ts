import { upsertLearner } from '../../../db/courses/learners';
import type { ApiAnswer } from '../../../dev/api-client';
import type { Attempt, Exam } from '../../../domain/attempts/model';
import { ApiFixture, type TokenCaller } from '../../support/api-fixture';
import { anAttempt, anExam, COURSE, created, NOW } from '../../support/attempt-builders';

const ALL: TokenCaller = {
  scope:
    'exams:read exams:write learners:write attempts:read attempts:write exports:read exports:write ops:read ops:act',
};

let api: ApiFixture;
let exam: Exam;
let attempt: Attempt;

beforeAll(async () => {
  api = await ApiFixture.start({ INVIGIL_TEST_CLOCK: '1' });
  const { db } = api.database;
  exam = await anExam(db);
  await upsertLearner(db, { userId: 'u-1', username: 'u-1', email: '', fullName: '', active: true });
  attempt = anAttempt(exam.id, { status: 'started', startedAt: NOW });
  await created(db, attempt);
});
afterAll(() => api.stop());

const call = (method: string, url: string, body?: unknown): Promise<ApiAnswer> => api.call(ALL, method, url, body);
const course = encodeURIComponent(COURSE);

describe('An instant outside the years 1 to 9999 of UTC is refused', () => {
  const BODIES: [string, () => string, (instant: string) => object][] = [
    ['PUT', () => `/v1/exams/${exam.id}/allowances/u-1/due_date_override`, (value) => ({ value })],
    ['PUT', () => `/v1/courses/${course}`, (end) => ({ name: 'C', end })],
    ['PATCH', () => `/v1/exams/${exam.id}`, (dueDate) => ({ dueDate })],
    [
      'POST',
      () => '/v1/exams',
      (dueDate) => ({ courseId: COURSE, contentId: 'late', examName: 'Late', timeLimitMins: 1, dueDate }),
    ],
    [
      'PUT',
      () => `/v1/courses/${course}/special-exams`,
      (dueDate) => ({
        enableProctoredExams: true,
        enableTimedExams: true,
        exams: [{ contentId: 'late', examName: 'Late', timeLimitMins: 1, dueDate }],
      }),
    ],
    [
      'POST',
      () => '/v1/allowances/bulk',
      (value) => ({ examIds: [exam.id], userIds: ['u-1'], key: 'due_date_override', value }),
    ],
    ['PATCH', () => `/v1/attempts/${attempt.code}`, (timeoutAt) => ({ status: 'submitted', timeoutAt })],
    ['PUT', () => `/v1/courses/${course}/clock`, (frozenAt) => ({ frozenAt })],
    ['POST', () => '/v1/customers/c/channels/x/exports', (asOf) => ({ level: 'completion', asOf })],
    [
      'POST',
      () => '/v1/customers/c/channels/x/exports',
      (completedDate) => ({ level: 'completion', learnerId: 'u', courseRunId: 'c', completedDate }),
    ],
  ];

  test.each(BODIES)('by %s, case %#.', async (method, url, bodyOf) => {
    for (const instant of ['9999-12-31T23:59:59-23:59', '0001-01-01T00:00:00+14:00', '2026-02-30T00:00:00Z'])
      expect(await call(method, url(), bodyOf(instant))).toMatchObject({ status: 400, body: { code: 'bad-request' } });
  });

  test('and everybody’s lists go on.', async () => {
    for (const url of ['/v1/attempts', `/v1/attempts/${attempt.code}`, `/v1/courses/${course}/exams`])
      expect((await call('GET', url)).status).toBe(200);
  });
});

describe('Text that cannot be stored is refused with its pointer', () => {
  const BODIES: [string, () => string, (text: string) => object, string][] = [
    ['PUT', () => '/v1/learners/u-9', (fullName) => ({ username: 'u9', email: '', fullName }), '/fullName'],
    ['PUT', () => `/v1/exams/${exam.id}/allowances/u-1/review_policy_exception`, (value) => ({ value }), '/value'],
    ['PATCH', () => `/v1/exams/${exam.id}`, (reviewRules) => ({ reviewRules }), '/reviewRules'],
    [
      'PATCH',
      () => `/v1/attempts/${attempt.code}`,
      (requestedBy) => ({ status: 'submitted', requestedBy }),
      '/requestedBy',
    ],
    ['PUT', () => '/v1/customers/c', (name) => ({ name, slug: 's' }), '/name'],
  ];

  test.each(BODIES)('by %s, case %#.', async (method, url, bodyOf, pointer) => {
    for (const text of ['a\0b', 'half \ud83d', 'half \udc00']) {
      const { status, body } = await call(method, url(), bodyOf(text));
      expect([status, (body['errors'] as { pointer: string }[])[0]?.pointer]).toEqual([400, pointer]);
    }
  });

  test.each(['/v1/learners/a%00b', '/v1/exams/1/allowances/u/k%00'])('in the address %s.', async (url) => {
    const body = url.includes('learners') ? { username: 'x', email: '', fullName: '' } : { value: 'x' };
    expect(await call('PUT', url, body)).toMatchObject({ status: 400 });
  });

  test('in a line of an import, and the others count.', async () => {
    const line = (userId: string, fullName: string): string =>
      JSON.stringify({ userId, username: userId, email: '', fullName });
    const lines = [line('i-1', 'fine'), line('i-2', 'half \udc00')].map((one) => `${one}\n`);
    const { body } = await api.import(ALL, '/v1/learners/import', lines);
    expect(body).toMatchObject({ accepted: 1, rejected: 1, errors: [{ line: 2 }] });
  });
});

describe('A number of an address has one spelling', () => {
  test.each(['true', '0x1', '1e0', '+1', '1.0', '01', '%201', '', '-1', '99999999999'])(
    '%j is no exam.',
    async (text) => {
      expect([400, 404]).toContain((await call('GET', `/v1/exams/${text}`)).status);
      expect((await call('GET', `/v1/exams/${text}`)).status).not.toBe(200);
    },
  );

  test.each(['true', '1.5', '1e1', '0', '-1', '201', ''])('limit=%s is refused.', async (limit) => {
    expect(await call('GET', `/v1/attempts?limit=${limit}`)).toMatchObject({ status: 400 });
  });

  test.each(['1', 'yes', 'TRUE', ''])('needsAttention=%s is refused.', async (value) => {
    expect(await call('GET', `/v1/attempts?needsAttention=${value}`)).toMatchObject({ status: 400 });
  });

  test('The usual spellings are read.', async () => {
    const url = `/v1/attempts?limit=1&needsAttention=false&examId=${exam.id}`;
    expect(await call('GET', url)).toMatchObject({ status: 200, body: { items: [{ attemptCode: attempt.code }] } });
  });
});

describe('A cursor that no list gave is refused', () => {
  const cursor = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
  const id = 'c0ffee00-0000-4000-8000-000000000000';

  test.each([
    ['an impossible day', cursor('2026-13-41T00:00:00.000Z', id)],
    ['a year beyond 9999', cursor('9999-12-31T23:59:59-23:59', id)],
    ['no id', cursor('2026-01-01T00:00:00.000Z', 'c0ffee00-0000-4000-8000-00000000000-')],
    ['another list’s', cursor('7')],
    ['no cursor', 'zzz'],
  ])('with %s.', async (_, given) => {
    expect(await call('GET', `/v1/attempts?cursor=${given}`)).toMatchObject({ status: 400 });
  });

  test.each([cursor('u\0', 'k'), cursor('u\ud800', 'k'), cursor(1, 2)])(
    'by the allowances, case %#.',
    async (given) => {
      expect(await call('GET', `/v1/exams/${exam.id}/allowances?cursor=${given}`)).toMatchObject({ status: 400 });
    },
  );
});

describe('A body nested 4,500 deep is refused', () => {
  const deep = `{"a":`.repeat(4_500) + '1' + '}'.repeat(4_500);

  test('from a stranger.', async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await api.send({ method: 'POST', url: '/v1/providers/psi/reviews', headers, payload: deep });
    expect(answer).toMatchObject({ status: 400, body: { code: 'bad-request' } });
  });

  test('from a caller with a key.', async () => {
    const headers = {
      authorization: `Bearer ${await api.token(ALL)}`,
      'content-type': 'application/json',
      'idempotency-key': 'deep',
    };
    expect(await api.send({ method: 'PUT', url: '/v1/learners/u-1', headers, payload: deep })).toMatchObject({
      status: 400,
    });
  });
});

describe('An id whose workflow’s id would be too long is refused', () => {
  const long = encodeURIComponent('ж'.repeat(200));
  const person = { username: 'long', email: '', fullName: '' };

  test.each([
    [`/v1/learners/${long}`, person],
    [`/v1/courses/${long}`, { name: 'C' }],
    [`/v1/customers/${long}`, { name: 'C', slug: 'c' }],
  ])('by PUT, case %#.', async (url, body) => {
    expect(await call('PUT', url, body)).toMatchObject({ status: 400, body: { code: 'id-too-long' } });
  });

  test('by the import, line by line.', async () => {
    const lines = [
      { userId: 'ж'.repeat(200), ...person },
      { userId: 'short', ...person, username: 'short' },
    ];
    const { body } = await api.import(
      ALL,
      '/v1/learners/import',
      lines.map((line) => `${JSON.stringify(line)}\n`),
    );
    expect(body).toMatchObject({ accepted: 1, rejected: 1, errors: [{ line: 1, detail: '/userId: is too long' }] });
  });

  test('One of 255 letters of ASCII is not.', async () => {
    expect((await call('PUT', `/v1/learners/${'a'.repeat(255)}`, { ...person, username: 'ascii' })).status).toBe(200);
  });

  test('What is stored already goes on, up to what Temporal takes.', async () => {
    const userId = 'ж'.repeat(155);
    await upsertLearner(api.database.db, { userId, username: 'stored', email: '', fullName: '', active: true });
    const url = `/v1/learners/${encodeURIComponent(userId)}`;
    expect((await call('PUT', url, { ...person, username: 'stored' })).status).toBe(200);
    expect((await call('POST', `/v1/exams/${exam.id}/attempts`, { userId, takingAsProctored: true })).status).toBe(201);
    const longer = 'ж'.repeat(200);
    await upsertLearner(api.database.db, { userId: longer, username: 'longer', email: '', fullName: '', active: true });
    expect(
      await call('POST', `/v1/exams/${exam.id}/attempts`, { userId: longer, takingAsProctored: true }),
    ).toMatchObject({ status: 400, body: { code: 'id-too-long' } });
  });
});

describe('A time-out lies between the attempt’s start and now', () => {
  const set = (timeoutAt: string): Promise<ApiAnswer> =>
    call('PATCH', `/v1/attempts/${attempt.code}`, { status: 'timed_out', timeoutAt });

  test.each(['1970-01-01T00:00:00Z', '2026-03-01T09:59:59Z', '9999-12-31T23:59:59Z'])('%s is refused.', async (at) => {
    expect(await set(at)).toMatchObject({ status: 400, body: { errors: [{ in: 'body', pointer: '/timeoutAt' }] } });
    expect(
      await call('PATCH', `/v1/exams/${exam.id}/learners/u-1/attempt`, { status: 'timed_out', timeoutAt: at }),
    ).toMatchObject({ status: 400 });
    expect(api.gateway.executions.filter(({ update }) => update === 'changeStatus')).toEqual([]);
  });

  test('An instant between them is taken.', async () => {
    expect((await set('2026-03-01T10:00:00Z')).status).toBe(200);
  });
});
