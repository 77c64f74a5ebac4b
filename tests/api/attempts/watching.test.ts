import type { AddressInfo } from 'node:net';
import { type ApiFixture, OPERATOR } from '../../support/api-fixture';
import { MAKER, REASON, StoryFixture } from '../../support/story-fixture';
import { invigil } from '../../unit/cli/in-process';

jest.setTimeout(60_000);

const WATCHERS = 20;

let fixture: StoryFixture;
let api: ApiFixture;
let url: string;

beforeAll(async () => {
  fixture = await StoryFixture.start();
  ({ api } = fixture);
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
});
afterAll(() => api.stop());

test('invigil attempt explain tells it in words, or as JSON; an unknown code is one line and exit code 1.', async () => {
  const { code } = await fixture.story();
  const token = await api.token(OPERATOR);
  const explain = (...args: string[]) => invigil('attempt', ...args, '--url', url, '--token', token);
  const words = await explain('explain', code);
  expect(words).toMatchObject({ code: 0, err: '' });
  for (const part of ['maker (invigil-dev) set the status to rejected', `"${REASON}"`, 'What happens next']) {
    expect(words.out).toContain(part);
  }
  expect(JSON.parse((await explain('explain', code, '--json')).out)).toEqual(await fixture.timeline(code));
  const unknown = await explain('explain', 'NOBODY');
  expect(unknown).toMatchObject({ code: 1, out: '' });
  expect(unknown.err).toContain('attempt-not-found');
  expect(await explain('invent', code)).toMatchObject({ code: 2, out: '' });
});

test('Watchers of an attempt get it at once and again when it changes, in one look at the database a second.', async () => {
  const { code } = await fixture.story();
  const headers = { authorization: `Bearer ${await api.token(OPERATOR)}` };
  let waiting = WATCHERS;
  const watch = async (): Promise<string[]> => {
    const response = await fetch(`${url}/v1/attempts/${code}/events`, { headers });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const seen: string[] = [];
    let text = '';
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString();
      if (seen.length === 0 && text.includes('event: progress')) {
        seen.push('progress');
        waiting -= 1;
        if (waiting === 0) await api.call(MAKER, 'DELETE', `/v1/attempts/${code}`);
      }
    }
    return [...seen, ...(text.includes('event: end') ? ['end'] : [])];
  };
  let looks = 0;
  const count = ({ sql }: { sql: string }): void => {
    if (sql.includes('a.code = any(')) looks += 1;
  };
  api.database.db.on('query', count);
  const startedAt = performance.now();
  const all = await Promise.all(Array.from({ length: WATCHERS }, watch));
  const seconds = (performance.now() - startedAt) / 1_000;
  api.database.db.removeListener('query', count);
  expect(all).toEqual(Array(WATCHERS).fill(['progress', 'end']));
  expect(looks).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
  const again = await fetch(`${url}/v1/attempts/${code}/events`, { headers: { ...headers, 'last-event-id': '1' } });
  expect(again.status).toBe(204);
});
