import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiClient, ApiRequestError } from '../../../dev/api-client';

interface SeenRequest {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Status and body of an answer; `lost` ends the connection instead. */
type Planned = { status: number; body?: object; headers?: Record<string, string> } | 'lost';

describe('the API client', () => {
  let server: Server;
  let api: ApiClient;
  let seen: SeenRequest[];
  let planned: Planned[];

  beforeEach(async () => {
    [seen, planned] = [[], []];
    server = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    api = new ApiClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'token-1');
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { method, url, headers } = request;
    seen.push({ method, url, headers, body });
    const next = planned.shift() ?? { status: 200, body: {} };
    if (next === 'lost') return void response.destroy();
    response.writeHead(next.status, { 'content-type': 'application/json', ...next.headers });
    response.end(JSON.stringify(next.body ?? {}));
  }

  const inProgress = { status: 409, body: { code: 'request-in-progress' } };
  const down = { status: 503, body: { code: 'temporal-unavailable' } };

  it('sends token, key and JSON with a write, and no key with a read', async () => {
    await api.put('/courses/c1', { name: 'A course' });
    await api.get('/courses/c1');
    expect(seen[0]).toMatchObject({ method: 'PUT', url: '/v1/courses/c1', body: '{"name":"A course"}' });
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer token-1', 'content-type': 'application/json' });
    expect(seen[0]?.headers['idempotency-key']).toMatch(/^[\da-f-]{36}$/);
    expect(Object.keys(seen[1]?.headers ?? {})).not.toContain('idempotency-key');
  });

  it('sends neither token nor key where a request says so', async () => {
    await api.request({ method: 'POST', path: '/providers/p/reviews', body: {}, key: null, token: null });
    expect(Object.keys(seen[0]?.headers ?? {})).not.toEqual(expect.arrayContaining(['authorization']));
    expect(Object.keys(seen[0]?.headers ?? {})).not.toEqual(expect.arrayContaining(['idempotency-key']));
  });

  it('repeats a request under its key while the outcome is not known', async () => {
    planned = ['lost', down, inProgress, { status: 201, body: { examId: 7 } }];
    expect(await api.post('/exams', { examName: 'Final' })).toEqual({ examId: 7 });
    expect(new Set(seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(new Set(seen.map(({ body }) => body)).size).toBe(1);
    expect(seen).toHaveLength(4);
  });

  it('takes a refusal for the outcome, a removal that the provider did not confirm among them', async () => {
    planned = [{ status: 502, body: { code: 'provider-removal-failed' } }];
    const answer = await api.untilDecided({ method: 'DELETE', path: '/attempts/a' });
    expect(answer).toMatchObject({ status: 502, body: { code: 'provider-removal-failed' } });
    planned = [{ status: 409, body: { code: 'attempt-already-exists' } }];
    await expect(api.post('/exams/1/attempts', {})).rejects.toMatchObject({ code: 'attempt-already-exists' });
    expect(seen).toHaveLength(2);
  });

  it('gives up when there is no outcome in time, and says what came last', async () => {
    planned = Array<Planned>(50).fill(down);
    const outcome = api.untilDecided({ method: 'PUT', path: '/courses/c1', body: {} }, 250);
    await expect(outcome).rejects.toThrow(/the outcome of PUT \/courses\/c1 .*was answered 503/);
  });

  it('tries once where only one try is asked for', async () => {
    planned = [down, 'lost'];
    expect(await api.request({ method: 'GET', path: '/exams/1' })).toMatchObject({ status: 503 });
    await expect(api.expect2xx({ method: 'GET', path: '/exams/1' })).rejects.toThrow('fetch failed');
    expect(seen).toHaveLength(2);
  });

  it('does not follow a redirect, and does not take it for a success', async () => {
    planned = [{ status: 302, headers: { location: 'https://platform.example.org' } }];
    const outcome = api.expect2xx({ method: 'GET', path: '/providers/p/start/a' });
    await expect(outcome).rejects.toBeInstanceOf(ApiRequestError);
  });

  it('imports lines, and is content with no fewer than all of them', async () => {
    const lines = ['a', 'b'].map((userId) => ({ kind: 'learner' as const, userId }));
    planned = [{ status: 200, body: { accepted: 2, rejected: 0, errors: [] } }];
    await api.importCustomer('acme', lines);
    expect(seen[0]).toMatchObject({ url: '/v1/customers/acme/import' });
    expect(seen[0]?.headers['content-type']).toBe('application/x-ndjson');
    expect(seen[0]?.body).toBe('{"kind":"learner","userId":"a"}\n{"kind":"learner","userId":"b"}\n');
    planned = [{ status: 200, body: { accepted: 1, rejected: 1, errors: [{ line: 2, detail: 'is not known' }] } }];
    await expect(api.importCustomer('acme', lines)).rejects.toThrow(/1 of 2 lines were accepted: .*is not known/);
  });
});
