import { type ApiAnswer, apiAnswer } from '../../../dev/api-client';
import { ApiFixture, OPERATOR } from '../../support/api-fixture';

const SCOPES = { ...OPERATOR, scope: `${OPERATOR.scope} exports:read exports:write` };

let api: ApiFixture;

beforeAll(async () => {
  api = await ApiFixture.start();
});

afterAll(() => api.stop());

/** With a content type and nothing behind it, over a real connection. */
async function callWithout(method: string, path: string, contentType: string): Promise<ApiAnswer> {
  const address = await listening();
  const authorization = `Bearer ${await api.token(SCOPES)}`;
  const response = await fetch(`${address}${path}`, {
    method,
    headers: { authorization, 'content-type': contentType },
  });
  return apiAnswer(response.status, Object.fromEntries(response.headers), await response.text());
}

let address: string | undefined;

async function listening(): Promise<string> {
  address ??= await api.app.listen({ port: 0, host: '127.0.0.1' });
  return address;
}

describe('A request without a body', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'application/x-www-form-urlencoded', 'text/plain'])(
    'is one also when it says %s',
    async (type) => {
      expect(await callWithout('DELETE', '/v1/attempts/none', type)).toMatchObject({
        body: { code: 'attempt-not-found' },
      });
      expect(await callWithout('POST', '/v1/attempts/none/effects/1/retry', type)).toMatchObject({
        body: { code: 'attempt-not-found' },
      });
    },
  );

  it.each([
    ['PUT', '/v1/learners/ann'],
    ['POST', '/v1/exams'],
    ['PATCH', '/v1/attempts/none'],
    ['POST', '/v1/attempts/none/actions'],
  ])('is refused where one is needed, with the place that is wrong (%s %s)', async (method, path) => {
    const answer = await callWithout(method, path, 'application/json');
    expect(answer).toMatchObject({ status: 400, body: { code: 'bad-request', detail: 'body must be object' } });
    expect(answer.body['errors']).toEqual([{ in: 'body', pointer: '', message: 'must be object' }]);
  });

  it('is an import of nothing where lines are imported', async () => {
    const answer = await callWithout('POST', '/v1/learners/import', 'application/x-ndjson');
    expect(answer).toMatchObject({ status: 200, body: { accepted: 0, rejected: 0 } });
  });
});
