import type { AddressInfo } from 'node:net';
import { ApiFixture } from '../../support/api-fixture';
import { ANNE, inDays, SemesterFixture, STRANGER } from '../../support/semester';

const Q = '/v1/periods/spring/qualification';

let api: ApiFixture;
let semester: SemesterFixture;
let base: string;

beforeAll(async () => {
  api = await ApiFixture.start();
  semester = new SemesterFixture(api);
  await semester.putTree();
  await semester.importSmall();
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  base = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
});

afterAll(() => api.stop());

async function newDraft(choice: object = { plugin: 'approved.all' }): Promise<string> {
  return `${Q}/drafts/${String((await semester.draft(choice)).body['draftId'])}`;
}

async function watch(url: string, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
  const authorization = `Bearer ${await api.token(ANNE)}`;
  return fetch(`${base}${url}/events`, { headers: { authorization, ...headers }, ...(signal ? { signal } : {}) });
}

interface SeenEvent {
  id: string;
  event: string;
  data: { state: string; counts: object | null; savedAs: number | null };
}

/** The events of an answer as they come. */
async function* eventsOf(response: Response): AsyncGenerator<SeenEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, id, event, data] = /^id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(block) ?? [];
      if (id !== undefined && event !== undefined && data !== undefined) {
        yield { id, event, data: JSON.parse(data) as SeenEvent['data'] };
      }
    }
  }
}

describe('Whoever watches a draft', () => {
  it('sees it as it is, each change, and its end, with which the connection closes', async () => {
    const url = await newDraft({});
    const response = await watch(url);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const seen: SeenEvent[] = [];
    for await (const one of eventsOf(response)) {
      seen.push(one);
      if (seen.length === 1) await api.call(ANNE, 'PATCH', url, { plugin: 'approved.all' });
      if (seen.length === 2) await api.call(ANNE, 'POST', `${url}/save`, { status: 'ready', acceptNewerStatus: true });
    }
    expect(seen.map(({ event, data }) => [event, data.state])).toEqual([
      ['progress', 'choosing'],
      ['progress', 'ready'],
      ['end', 'saved'],
    ]);
    expect(seen[1]?.data.counts).toEqual({ students: 3, qualify: 1 });
    expect(seen[2]?.data.savedAs).toBe(1);
    expect((await watch(url, { 'last-event-id': seen[2]?.id ?? '' })).status).toBe(204);
  });

  it('is one of the administrators, of a draft that can be seen', async () => {
    const [url, old] = [await newDraft(), await newDraft()];
    await api.database
      .db('qualification_drafts')
      .where('draft_id', old.split('/').at(-1))
      .update({ changed_at: inDays(-2) });
    const statuses = await Promise.all([
      api.call(STRANGER, 'GET', `${url}/events`),
      api.call(ANNE, 'GET', `${Q}/drafts/unknown/events`),
      api.call(ANNE, 'GET', `${old}/events`),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([403, 404, 410]);
  });

  it('does not keep the service from stopping', async () => {
    const [watching, stopped] = [await watch(await newDraft()), api.app.close()];
    for await (const one of eventsOf(watching)) expect(one.event).toBe('progress');
    await stopped;
  });
});
