import { randomUUID } from 'node:crypto';
import type { Attempt } from '../../../../domain/attempts/model';
import { CallbackFixture, payload, VENDOR } from './callback-fixture';

jest.setTimeout(30_000);

let vendors: CallbackFixture;
beforeAll(async () => {
  vendors = await CallbackFixture.start();
});
afterEach(() => jest.useRealTimers());
afterAll(() => vendors.api.stop());

const trailOf = async (object: string): Promise<unknown[]> =>
  (await vendors.auditRows(object)).map(({ action, detail }) => [action, (detail as { code: string }).code]);

/** Only the clock is set, everything else goes on. */
const doNotFake = [
  ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
  ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
];

const sealedLink = { videoReviewLink: 'https://video.example/secret' };

describe('A callback refused at the door, whose attempt is known', () => {
  test.each([
    ['a missing field', { reviewStatus: undefined }, 'callback.malformed', 'bad-request'],
    ['a word nobody knows', { reviewStatus: 'clean' }, 'callback.malformed', 'bad-review-status'],
    ['a comment without its times', { desktopComments: [{ comments: 'x' }] }, 'callback.malformed', 'bad-request'],
    ['a guessed record locator', { examMetaData: 'guessed' }, 'callback.forged', 'suspicious-lookup'],
  ])('for %s leaves a row about the attempt: who, what and which code, nothing of the body', async (...given) => {
    const [, { examMetaData, ...fault }, action, code] = given as [string, Record<string, unknown>, string, string];
    const attempt = await vendors.attemptAt('psi');
    const body = payload(examMetaData ? { ...attempt, externalId: 'guessed' } : attempt, { ...sealedLink, ...fault });
    const answer = await vendors.post('psi', body);
    expect(answer.body).toMatchObject({ code });
    const rows = await vendors.auditRows(`attempt:${attempt.code}`);
    expect(rows).toEqual([
      {
        at: expect.any(Date) as Date,
        actor: 'anonymous',
        scope: 'callbacks',
        action,
        object: `attempt:${attempt.code}`,
        requestId: answer.headers['x-request-id'],
        detail: { provider: 'psi', code },
      },
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/secret|guessed|ext-/);
  });

  test('from the wrong address, or a second verdict where one counts, is found under the attempt as well', async () => {
    const fenced = await vendors.attemptAt('fenced');
    await vendors.post('fenced', payload(fenced));
    expect(await trailOf(`attempt:${fenced.code}`)).toEqual([['callback.forged', 'callback-refused']]);
    const reviewed = await vendors.attemptAt('psi');
    await vendors.post('psi', payload(reviewed));
    await vendors.post('psi', payload(reviewed, { reviewStatus: 'Suspicious' }));
    expect(await trailOf(`attempt:${reviewed.code}`)).toEqual([['callback.replayed', 'review-already-exists']]);
  });
});

describe('A callback of the REST protocol', () => {
  const ready = ({ externalId }: Attempt): string => `/v1/providers/rest/attempts/${externalId}/ready`;

  test('leaves a row for what it says wrongly, without a token, without the scope and about an exam gone', async () => {
    const attempt = await vendors.attemptAt('rest');
    await vendors.api.call(VENDOR, 'POST', ready(attempt), { status: 'set' });
    await vendors.reviewed(attempt, { status: 'bogus' });
    await vendors.reviewed(attempt, { status: 'passed' }, { sub: 'x', scope: 'attempts:write' });
    await vendors.api.send({ method: 'POST', url: ready(attempt), payload: { status: 'ready' } });
    expect((await trailOf(`attempt:${attempt.code}`)).reverse()).toEqual([
      ['callback.malformed', 'bad-request'],
      ['callback.malformed', 'bad-review-status'],
      ['callback.refused', 'insufficient-scope'],
      ['callback.refused', 'unauthenticated'],
    ]);
  });

  test('about an id nobody knows is found under the provider, with the id it named', async () => {
    const externalId = `nobody-${randomUUID()}`;
    await vendors.reviewed({ ...(await vendors.attemptAt('rest')), externalId }, { status: 'passed' });
    const detail = { provider: 'rest', code: 'attempt-not-found', externalId };
    expect(await vendors.auditRows('provider:rest')).toContainEqual(
      expect.objectContaining({
        action: 'callback.forged',
        actor: expect.stringContaining('vendor') as string,
        detail,
      }),
    );
  });
});

describe('Callbacks that name no attempt', () => {
  const post = (provider: string, text: string, type = 'application/json') =>
    vendors.api.send({
      method: 'POST',
      url: `/v1/providers/${provider}/reviews`,
      headers: { 'content-type': type },
      payload: text,
    });

  test('because nobody can read them are found under their provider', async () => {
    await post('guarded', '{"examMetaData": ');
    await post('guarded', 'examCode=1', 'application/x-www-form-urlencoded');
    await post('guarded', JSON.stringify({ filler: 'x'.repeat(1024 * 1024) }));
    expect((await trailOf('provider:guarded')).reverse()).toEqual([
      ['callback.malformed', 'bad-request'],
      ['callback.malformed', 'unsupported-media-type'],
      ['callback.malformed', 'payload-too-large'],
    ]);
  });

  test('of providers that nobody configured share one object, so that made-up names do not fill the log', async () => {
    for (let one = 0; one < 20; one += 1) await post(`made-up-${one}`, '{}');
    const rows = await vendors.auditRows('provider:unknown');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ action: 'callback.refused', detail: { code: 'unknown-provider' } });
  });
});

test('The same refusal leaves one row a minute, and the next one says how many there were in between', async () => {
  const attempt = await vendors.attemptAt('psi');
  const wrong = payload(attempt, { reviewStatus: 'clean' });
  for (let one = 0; one < 50; one += 1) expect((await vendors.post('psi', wrong)).status).toBe(400);
  expect(await vendors.auditRows(`attempt:${attempt.code}`)).toHaveLength(1);
  jest.useFakeTimers({ now: Date.now() + 61_000, doNotFake });
  await vendors.post('psi', wrong);
  const [newest] = await vendors.auditRows(`attempt:${attempt.code}`);
  expect(newest?.detail).toEqual({ provider: 'psi', code: 'bad-review-status', held: 49 });
});
