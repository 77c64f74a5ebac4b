import { ERRORS, isErrorCode } from '../../../contracts/errors';
import type { ApiAnswer } from '../../../dev/api-client';
import { ApiFixture, OPERATOR, type TokenCaller } from '../../support/api-fixture';

const EXPORTER: TokenCaller = { scope: 'exports:read exports:write' };

let api: ApiFixture;

beforeAll(async () => {
  api = await ApiFixture.start();
});

afterAll(() => api.stop());

function expectProblem({ status, headers, body }: ApiAnswer, code: string): void {
  expect(body).toMatchObject({ code, status, type: `/docs/errors#${code}`, instance: headers['x-request-id'] });
  expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(isErrorCode(code) && ERRORS[code].status).toBe(status);
}

const learner = { username: 'ann', email: 'ann@example.org', fullName: 'Ann Alder' };

async function raw(payload: string, contentType: string): Promise<ApiAnswer> {
  const authorization = `Bearer ${await api.token(OPERATOR)}`;
  return api.send({
    method: 'PUT',
    url: '/v1/learners/u-1',
    headers: { authorization, 'content-type': contentType },
    payload,
  });
}

test('An unknown address is a 404 problem.', async () => {
  expectProblem(await api.send({ method: 'GET', url: '/v1/nowhere' }), 'not-found');
});

test('An address that cannot be decoded is a 400 problem.', async () => {
  expectProblem(await api.send({ method: 'GET', url: '/v1/attempts/%E0%A4%A' }), 'bad-request');
});

test('Malformed JSON is a 400 problem that does not quote the body.', async () => {
  const answer = await raw('{"username": "secret', 'application/json');
  expectProblem(answer, 'bad-request');
  expect(JSON.stringify(answer.body)).not.toContain('secret');
});

test('A body that tries to set a prototype is a 400 problem.', async () => {
  expectProblem(await raw('{"__proto__": {"x": 1}}', 'application/json'), 'bad-request');
});

test.each(['text/plain', 'application/xml'])('The media type %s is a 415 problem.', async (type) => {
  expectProblem(await raw('hello', type), 'unsupported-media-type');
});

test('More than 64 KB is a 413 problem.', async () => {
  expectProblem(
    await raw(JSON.stringify({ ...learner, fullName: 'x'.repeat(70_000) }), 'application/json'),
    'payload-too-large',
  );
});

test('A member the route does not know is refused with its JSON pointer.', async () => {
  const answer = await api.call(OPERATOR, 'PUT', '/v1/learners/u-1', { ...learner, evil: 1 });
  expectProblem(answer, 'bad-request');
  expect(answer.body['errors']).toEqual([expect.objectContaining({ in: 'body', pointer: '/evil' })]);
});

test('A missing member is named by its JSON pointer.', async () => {
  const answer = await api.call(OPERATOR, 'PUT', '/v1/learners/u-1', { username: 'ann', email: 'e' });
  expect(answer.body['errors']).toEqual([expect.objectContaining({ pointer: '/fullName' })]);
});

test('A word that is not on a list is answered with the list, once.', async () => {
  const channel = { kind: 'NOPE', baseUrl: 'https://lrs.example.org/' };
  await api.call(EXPORTER, 'PUT', '/v1/customers/acme', { name: 'Acme', slug: 'acme' });
  const answer = await api.call(EXPORTER, 'PUT', '/v1/customers/acme/channels/lrs', channel);
  expectProblem(answer, 'bad-request');
  expect(answer.body['errors']).toEqual([
    { in: 'body', pointer: '/kind', message: expect.stringMatching(/^must be one of "[A-Z]+", .*"XAPI"/) },
  ]);
  expect(answer.body['detail']).toMatch(/^body\/kind must be one of "/);
});

test('Nothing in a body is coerced.', async () => {
  const answer = await api.call(OPERATOR, 'PUT', '/v1/learners/u-1', { ...learner, active: 'true' });
  expectProblem(answer, 'bad-request');
  expect(answer.body['errors']).toEqual([expect.objectContaining({ pointer: '/active' })]);
});

test('Text with a NUL character, which Postgres cannot hold, is refused.', async () => {
  expectProblem(
    await api.call(OPERATOR, 'PUT', '/v1/learners/u-1', { ...learner, username: 'a\u0000b' }),
    'bad-request',
  );
});

test.each(['limit=0', 'limit=many', 'evil=1', 'cursor=rubbish', 'status=unheard'])(
  'The query %s is a 400 problem.',
  async (query) => {
    expectProblem(await api.call(OPERATOR, 'GET', `/v1/attempts?${query}`), 'bad-request');
  },
);

test('Numbers and booleans in a query are read from their text.', async () => {
  const answer = await api.call(OPERATOR, 'GET', '/v1/attempts?limit=5&examId=7&needsAttention=true');
  expect(answer).toMatchObject({ status: 200, body: { items: [], nextCursor: null } });
});

test('Every error code has its place on the documentation page.', async () => {
  const { text } = await api.send({ method: 'GET', url: '/docs/errors' });
  for (const code of Object.keys(ERRORS)) expect(text).toContain(`id="${code}"`);
});
