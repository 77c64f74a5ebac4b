import { randomUUID } from 'node:crypto';
import { upsertLearner } from '../../../db/courses/learners';
import { type ApiAnswer, requestHeaders } from '../../../dev/api-client';
import { ApiFixture, OPERATOR, type TokenCaller } from '../../support/api-fixture';
import { anExam } from '../../support/attempt-builders';
import { decideInProcess } from '../../support/deciding-gateway';

let api: ApiFixture;

beforeAll(async () => {
  api = await ApiFixture.start();
  decideInProcess(api);
});
afterAll(() => api.stop());

interface Sent {
  caller?: TokenCaller;
  key?: string;
  ifMatch?: string;
  body?: object;
}

async function send(method: 'GET' | 'PATCH' | 'POST' | 'DELETE', url: string, sent: Sent = {}): Promise<ApiAnswer> {
  const { caller = OPERATOR, key = null, ifMatch, body } = sent;
  const headers = { ...requestHeaders({ token: await api.token(caller), key }) };
  const conditional = ifMatch === undefined ? headers : { ...headers, 'if-match': ifMatch };
  return api.send({ method, url, headers: conditional, ...(body === undefined ? {} : { payload: body }) });
}

const status = (answer: ApiAnswer): unknown => [answer.status, answer.body['code'] ?? answer.body['status'] ?? null];

async function started(): Promise<{ url: string; userId: string; examId: number }> {
  const { id: examId } = await anExam(api.database.db, { isProctored: false });
  const userId = `u-${randomUUID()}`;
  await upsertLearner(api.database.db, { userId, username: userId, email: 'e', fullName: 'N', active: true });
  const body = { userId, takingAsProctored: false, start: true };
  const answer = await send('POST', `/v1/exams/${examId}/attempts`, { body });
  expect(answer).toMatchObject({ status: 201, headers: { etag: '"v1"' } });
  return { url: `/v1/attempts/${String(answer.body['attemptCode'])}`, userId, examId };
}

describe('An attempt', () => {
  test('says which version it is, when it is read and after every write.', async () => {
    const { url } = await started();
    expect((await send('GET', url)).headers['etag']).toBe('"v1"');
    expect((await send('PATCH', url, { body: { status: 'ready_to_submit' } })).headers['etag']).toBe('"v2"');
    const submitted = await send('POST', `${url}/actions`, { body: { action: 'submit' } });
    expect(submitted.headers['etag']).toBe('"v3"');
  });

  test('is changed only as it was seen: 412 says which version it is and who made it.', async () => {
    const { url } = await started();
    await send('PATCH', url, { body: { status: 'ready_to_submit' } });
    const late = await send('PATCH', url, { ifMatch: '"v1"', body: { status: 'submitted' } });
    expect(status(late)).toEqual([412, 'changed-meanwhile']);
    expect(late.body['detail']).toContain('version 2');
    expect(late.body['detail']).toContain('invigil-dev|operator: changeStatus:ready_to_submit');
    expect(status(await send('GET', url))).toEqual([200, 'ready_to_submit']);
  });

  test('tells a learner that it was changed, and not by whom of the staff.', async () => {
    const { url, userId } = await started();
    await send('PATCH', url, { body: { status: 'ready_to_submit' } });
    const caller = { sub: userId, scope: 'attempts:take' };
    const late = await send('POST', `${url}/actions`, { caller, ifMatch: '"v1"', body: { action: 'submit' } });
    expect(status(late)).toEqual([412, 'changed-meanwhile']);
    expect(late.body['detail']).toContain('somebody else');
    expect(JSON.stringify(late.body)).not.toContain('operator');
  });

  test.each([
    ['*', 200],
    ['"v1"', 200],
    ['"other", "v1"', 200],
    ['"v7" , W/"v1","v1"', 200],
    ['W/"v1"', 412],
    ['"1"', 412],
    ['"v01x"', 412],
    ['v1', 400],
    ['"v1', 400],
    ['"v1" "v2"', 400],
    ['', 400],
  ])('takes If-Match: %s as HTTP has it (%i).', async (ifMatch, expected) => {
    const { url } = await started();
    const answer = await send('PATCH', url, { ifMatch, body: { status: 'ready_to_submit' } });
    expect(answer.status).toBe(expected);
  });

  test('changed by two at once that saw the same version is changed once.', async () => {
    const { url } = await started();
    const targets = ['ready_to_submit', 'submitted', 'error', 'ready_to_submit'];
    const answers = await Promise.all(
      targets.map((to) => send('PATCH', url, { ifMatch: '"v1"', body: { status: to } })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412, 412, 412]);
    expect((await send('GET', url)).headers['etag']).toBe('"v2"');
  });

  test('answers a repetition of the same key with the first answer, although the version has moved on by it.', async () => {
    const { url } = await started();
    const change = { key: randomUUID(), ifMatch: '"v1"', body: { status: 'ready_to_submit' } };
    const first = await send('PATCH', url, change);
    const again = await send('PATCH', url, change);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.headers).toMatchObject({ etag: '"v2"', 'idempotent-replayed': 'true' });
    // The answer was lost with the process that had it: the command itself knows that it was applied.
    await api.database
      .db('idempotency_keys')
      .where({ key: change.key })
      .update({ state: 'running', locked_until: new Date(0) });
    expect(status(await send('PATCH', url, change))).toEqual([200, 'ready_to_submit']);
  });

  test('is removed, acted on and retried on the same condition.', async () => {
    const { url, examId, userId } = await started();
    const sent = { ifMatch: '"v9"' };
    const answers = [
      await send('DELETE', url, sent),
      await send('POST', `${url}/actions`, { ...sent, body: { action: 'submit' } }),
      await send('PATCH', `/v1/exams/${examId}/learners/${userId}/attempt`, { ...sent, body: { status: 'submitted' } }),
    ];
    expect(answers.map(({ status: code }) => code)).toEqual([412, 412, 412]);
    expect(status(await send('GET', url))).toEqual([200, 'started']);
  });
});

describe('An exam', () => {
  const url = async (): Promise<string> => `/v1/exams/${(await anExam(api.database.db, { isProctored: false })).id}`;

  test('becomes a version older with every change, and with nothing else.', async () => {
    const exam = await url();
    expect((await send('GET', exam)).headers['etag']).toBe('"v1"');
    expect((await send('PATCH', exam, { body: { examName: 'Other' } })).headers['etag']).toBe('"v2"');
    expect((await send('PATCH', exam, { body: { examName: 'Other' } })).headers['etag']).toBe('"v2"');
    expect((await send('PATCH', exam, { body: { reviewRules: 'Closed book' } })).headers['etag']).toBe('"v3"');
  });

  test('is changed by one of two that saw the same version; the other is told who it was.', async () => {
    const exam = await url();
    const names = ['One', 'Two', 'Three'];
    const answers = await Promise.all(
      names.map((examName) => send('PATCH', exam, { ifMatch: '"v1"', body: { examName } })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412, 412]);
    const late = answers.find((answer) => answer.status === 412);
    expect(late?.body).toMatchObject({ code: 'changed-meanwhile', detail: expect.stringContaining('version 2') });
    expect(late?.body['detail']).toContain('invigil-dev|operator');
  });

  test('changed by a command whose answer was lost is not in its own way.', async () => {
    const exam = await url();
    const change = { key: randomUUID(), ifMatch: '"v1"', body: { examName: 'Mine' } };
    expect((await send('PATCH', exam, change)).status).toBe(200);
    await api.database
      .db('idempotency_keys')
      .where({ key: change.key })
      .update({ state: 'running', locked_until: new Date(0) });
    const again = await send('PATCH', exam, change);
    expect([again.status, again.headers['etag'], again.body['examName']]).toEqual([200, '"v2"', 'Mine']);
  });
});
