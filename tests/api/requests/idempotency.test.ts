import { ApiError } from '../../../contracts/api-error';
import { upsertLearner } from '../../../db/courses/learners';
import type { ApiAnswer } from '../../../dev/api-client';
import type { Exam } from '../../../domain/attempts/model';
import { ApiFixture, OPERATOR } from '../../support/api-fixture';
import { anExam } from '../../support/attempt-builders';
import { aView } from '../../support/recording-gateway';

let api: ApiFixture;
let exam: Exam;
const wanted = { userId: 'u-1', takingAsProctored: true };

beforeAll(async () => {
  api = await ApiFixture.start();
  exam = await anExam(api.database.db);
  await upsertLearner(api.database.db, { userId: 'u-1', username: 'u', email: 'e', fullName: 'N', active: true });
});

afterAll(() => api.stop());

beforeEach(() => {
  api.gateway.executions.length = 0;
  api.gateway.answer = ({ key }) => aView(key);
});

function create(key?: string, body: object = wanted, caller = OPERATOR): Promise<ApiAnswer> {
  return api.call(caller, 'POST', `/v1/exams/${exam.id}/attempts`, body, key);
}

test('The same key gives the same 201 with its Location, and one execution.', async () => {
  const first = await create('key-1');
  const second = await create('key-1');
  expect(second).toMatchObject({ status: 201, body: first.body, headers: { 'idempotent-replayed': 'true' } });
  expect(second.headers['location']).toBe(first.headers['location']);
  expect(api.gateway.executions).toHaveLength(1);
});

test('Fifty equal requests at once make one execution; the others get its answer or 409.', async () => {
  const all = await Promise.all(Array.from({ length: 50 }, () => create('key-50')));
  expect(api.gateway.executions).toHaveLength(1);
  const statuses = new Set(all.map(({ status }) => status));
  expect([...statuses].every((status) => status === 201 || status === 409)).toBe(true);
  expect(all.filter(({ headers, status }) => status === 201 && !headers['idempotent-replayed'])).toHaveLength(1);
  expect(all.filter(({ status }) => status === 409).every(({ body }) => body['code'] === 'request-in-progress')).toBe(
    true,
  );
});

test('The same key with another body is 422.', async () => {
  await create('key-2');
  const answer = await create('key-2', { ...wanted, takingAsProctored: false });
  expect(answer).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
});

test('The order of members does not make another body.', async () => {
  await create('key-order');
  expect(await create('key-order', { takingAsProctored: true, userId: 'u-1' })).toMatchObject({ status: 201 });
  expect(api.gateway.executions).toHaveLength(1);
});

test('Another principal’s key is another key.', async () => {
  await create('key-3');
  await create('key-3', wanted, { ...OPERATOR, sub: 'someone-else' });
  const [first, second] = api.gateway.executions.map(({ input }) => input.commandId);
  expect(first).toMatch(/^k:/);
  expect(second).not.toBe(first);
});

test('A refusal is kept with its extra members and given again.', async () => {
  api.gateway.answer = () => {
    throw new ApiError('attempt-already-exists', 'There is one.', { attemptCode: 'CODE-9' });
  };
  const expected = { status: 409, body: { code: 'attempt-already-exists', attemptCode: 'CODE-9' } };
  expect(await create('key-4')).toMatchObject(expected);
  expect(await create('key-4')).toMatchObject({
    ...expected,
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
  });
  expect(api.gateway.executions).toHaveLength(1);
});

test.each(['outcome-unknown', 'temporal-unavailable', 'provider-unavailable'] as const)(
  'After %s the same key continues the same command.',
  async (code) => {
    api.gateway.answer = () => {
      throw new ApiError(code);
    };
    expect(await create(`key-${code}`)).toMatchObject({ status: 503, body: { code }, headers: { 'retry-after': '2' } });
    api.gateway.answer = ({ key }) => aView(key);
    expect(await create(`key-${code}`)).toMatchObject({ status: 201 });
    const [first, second] = api.gateway.executions.map(({ input }) => input.commandId);
    expect(second).toBe(first);
  },
);

test('A defect answers 500 without its message and frees the key.', async () => {
  api.gateway.answer = () => {
    throw new Error('secret words');
  };
  const answer = await create('key-5');
  expect(answer).toMatchObject({ status: 500, body: { code: 'internal-error' } });
  expect(JSON.stringify(answer.body)).not.toContain('secret');
  api.gateway.answer = ({ key }) => aView(key);
  expect(await create('key-5')).toMatchObject({ status: 201 });
});

test('Without a key every request is a command of its own.', async () => {
  await create();
  await create();
  const ids = api.gateway.executions.map(({ input }) => input.commandId);
  expect(new Set(ids).size).toBe(2);
  expect(ids.every((id) => id.startsWith('r:'))).toBe(true);
});

test('A key of the wrong form is 400.', async () => {
  expect(await create('white space')).toMatchObject({ status: 400, body: { code: 'bad-request' } });
});

test('A body of 204 is repeated as it was: none.', async () => {
  const url = `/v1/exams/${exam.id}/allowances/u-1/additional_time_granted`;
  await api.call(OPERATOR, 'PUT', url, { value: '15' });
  expect(await api.call(OPERATOR, 'DELETE', url, undefined, 'key-6')).toMatchObject({ status: 204, text: '' });
  expect(await api.call(OPERATOR, 'DELETE', url, undefined, 'key-6')).toMatchObject({ status: 204, text: '' });
});
