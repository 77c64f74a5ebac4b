import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type ProgressSnapshot, progressEvents } from '../../../api/http/event-stream';
import { updateRun } from '../../../db/exports/runs';
import { waitUntil } from '../../../dev/wait-until';
import { ApiFixture, type TokenCaller } from '../../support/api-fixture';
import { aChannel, aRun, NOW } from '../../support/export-builders';

const READER: TokenCaller = { sub: 'reader', scope: 'exports:read' };

let api: ApiFixture;
let base: string;
let exportId: string;

beforeAll(async () => {
  api = await ApiFixture.start();
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  base = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
});
afterAll(() => api.stop());
beforeEach(async () => {
  exportId = (await aRun(api.database.db, await aChannel(api.database.db))).id;
});

async function watch(headers: Record<string, string> = {}): Promise<Response> {
  const authorization = `Bearer ${await api.token(READER)}`;
  return fetch(`${base}/v1/exports/${exportId}/progress`, { headers: { authorization, ...headers } });
}

/** Resolves with the first bytes of the answer. */
async function watchBySocket(): Promise<Socket> {
  const socket = connect(Number(new URL(base).port), '127.0.0.1');
  const authorization = `authorization: Bearer ${await api.token(READER)}`;
  socket.write(`GET /v1/exports/${exportId}/progress HTTP/1.1\r\nhost: x\r\n${authorization}\r\n\r\n`);
  const [first] = (await once(socket, 'data')) as [Buffer];
  expect(first.toString()).toContain('200 OK');
  return socket;
}

async function note(progress: object, second: number): Promise<void> {
  await updateRun(api.database.db, exportId, progress, new Date(NOW.getTime() + second * 1_000));
}

interface Event {
  id?: string;
  event?: string;
  data?: Record<string, unknown>;
}

async function* eventsOf(response: Response): AsyncGenerator<Event> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
      const data = fields.get('data');
      const [id, event] = [fields.get('id'), fields.get('event')];
      if (id !== undefined && event !== undefined && data !== undefined) {
        yield { id, event, data: JSON.parse(data) as Record<string, unknown> };
      }
    }
  }
}

function openConnections(): Promise<number> {
  return new Promise((resolve, reject) => {
    api.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}

describe('The progress of an export', () => {
  it('comes as events: the state at once, each change, and the end, with which the connection closes', async () => {
    const response = await watch();
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    const seen: Event[] = [];
    for await (const one of eventsOf(response)) {
      seen.push(one);
      if (seen.length === 1) await note({ status: 'running', selected: 10, totals: { sent: 4 }, startedAt: NOW }, 1);
      if (seen.length === 2) {
        await note({ status: 'completed', totals: { sent: 10 }, finishedAt: new Date(NOW.getTime() + 2_000) }, 2);
      }
    }
    expect(seen.map(({ event }) => event)).toEqual(['progress', 'progress', 'end']);
    expect(seen.map(({ data }) => data?.['percent'])).toEqual([0, 40, 100]);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(3);
    expect(seen[2]?.data).toMatchObject({ status: 'completed', ratePerSecond: 5, etaSeconds: null });
  });

  it('begins where it is for who comes again, and says so to who has seen the end', async () => {
    await note({ status: 'completed', finishedAt: NOW }, 3);
    const [end] = await all(await watch({ 'last-event-id': 'something else' }));
    expect(end).toMatchObject({ event: 'end', data: { exportId, status: 'completed' } });
    const reconnected = await watch({ 'last-event-id': end?.id ?? '' });
    expect([reconnected.status, await reconnected.text()]).toEqual([204, '']);
  });

  it('leaves nothing behind when a watcher goes away', async () => {
    const before = await openConnections();
    const sockets = await Promise.all(Array.from({ length: 20 }, watchBySocket));
    expect(await openConnections()).toBeGreaterThanOrEqual(20);
    for (const socket of sockets) socket.destroy();
    const what = 'the connections to end';
    await waitUntil(async () => (await openConnections()) <= before, { what, timeoutMs: 10_000 });
    expect(await openConnections()).toBeLessThanOrEqual(before);
  });

  it('is for those who may see the export', async () => {
    const strange = await api.call({ ...READER, customers: ['other'] }, 'GET', `/v1/exports/${exportId}/progress`);
    expect([strange.status, strange.body['code']]).toEqual([404, 'export-not-found']);
    expect(await api.call(READER, 'GET', '/v1/exports/987654321/progress')).toMatchObject({ status: 404 });
    expect(await api.call({ scope: 'ops:act' }, 'GET', `/v1/exports/${exportId}/progress`)).toMatchObject({
      status: 403,
    });
  });

  it('does not keep the service from stopping', async () => {
    const other = await ApiFixture.start();
    await other.app.listen({ port: 0, host: '127.0.0.1' });
    const run = await aRun(other.database.db, await aChannel(other.database.db));
    const port = (other.app.server.address() as AddressInfo).port;
    const authorization = `Bearer ${await other.token(READER)}`;
    const response = await fetch(`http://127.0.0.1:${port}/v1/exports/${run.id}/progress`, {
      headers: { authorization },
    });
    const events = eventsOf(response);
    await events.next();
    await other.stop();
    expect((await events.next()).done).toBe(true);
  });
});

async function all(response: Response): Promise<Event[]> {
  const events: Event[] = [];
  for await (const one of eventsOf(response)) events.push(one);
  return events;
}

test('A silent export is kept alive by comments, a look that fails is passed over, and the signal ends it.', async () => {
  const stop = new AbortController();
  const looks: (ProgressSnapshot | null)[] = [
    { id: '1', data: {}, ended: false },
    null,
    { id: '1', data: {}, ended: false },
  ];
  const look = async (): Promise<ProgressSnapshot> => {
    const seen = looks.shift();
    if (looks.length === 0) looks.push({ id: '1', data: {}, ended: false });
    if (!seen) throw new Error('no database');
    return seen;
  };
  const seen: string[] = [];
  for await (const text of progressEvents(look, stop.signal, { pollMs: 2, heartbeatMs: 8, retryMs: 100 })) {
    seen.push(text);
    if (seen.length === 4) stop.abort();
  }
  expect(seen).toEqual([
    'retry: 100\n\n',
    'id: 1\nevent: progress\ndata: {}\n\n',
    ': still here\n\n',
    ': still here\n\n',
  ]);
});
