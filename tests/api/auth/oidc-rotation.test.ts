import { decodeProtectedHeader } from 'jose';
import { ApiFixture } from '../../support/api-fixture';
import { OidcIssuer } from '../../support/oidc-issuer';

/** The documented times: docs/production.md, Rotation of keys. */
const WITHDRAWN_AFTER_MS = 30_000;
const SECOND_MS = 1_000;

let issuer: OidcIssuer;
let api: ApiFixture;
let nowMs: number;

beforeAll(async () => {
  issuer = await OidcIssuer.start('a');
});
afterAll(() => issuer.stop());

beforeEach(async () => {
  nowMs = Date.now();
  await issuer.publish('a');
  const env = { AUTH_JWKS_URL: issuer.jwksUrl, AUTH_ISSUER: issuer.issuer, AUTH_AUDIENCE: 'invigil' };
  api = await ApiFixture.start(env, { now: () => new Date(nowMs) });
});
afterEach(() => api.stop());

async function statusOf(token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await api.send({ method: 'GET', url: '/v1/attempts', headers })).status;
}

test('Tokens of an OpenID provider are accepted, and those of a new key at once.', async () => {
  const old = await issuer.token();
  expect(decodeProtectedHeader(old)).toMatchObject({ alg: 'RS256', typ: 'at+jwt', kid: 'a' });
  expect(await statusOf(old)).toBe(200);
  await issuer.publish('b', 'a');
  nowMs += SECOND_MS;
  expect(await statusOf(await issuer.token())).toBe(200);
  expect(await statusOf(old)).toBe(200);
});

test('A second rotation within half a minute is followed as fast as the first.', async () => {
  expect(await statusOf(await issuer.token())).toBe(200);
  for (const key of ['b', 'c', 'd']) {
    await issuer.publish(key);
    nowMs += SECOND_MS;
    expect(await statusOf(await issuer.token())).toBe(200);
  }
});

test('A withdrawn key counts for half a minute at most, even if no token of a new key was seen.', async () => {
  const old = await issuer.token();
  expect(await statusOf(old)).toBe(200);
  await issuer.publish('b');
  nowMs += WITHDRAWN_AFTER_MS;
  expect(await statusOf(old)).toBe(401);
});

test('A withdrawn key counts no longer than that for a token that is in use all the time.', async () => {
  const old = await issuer.token();
  expect(await statusOf(old)).toBe(200);
  await issuer.publish('b');
  const withdrawnMs = nowMs;
  const statuses = new Map<number, number>();
  for (let second = 1; second <= 31; second += 1) {
    nowMs = withdrawnMs + second * SECOND_MS;
    statuses.set(second, await statusOf(old));
  }
  expect(statuses.get(1)).toBe(200);
  expect([statuses.get(30), statuses.get(31)]).toEqual([401, 401]);
});

test('While the provider is down its last keys count for an hour, then the answer is 503.', async () => {
  const other = await OidcIssuer.start('z');
  const env = { AUTH_JWKS_URL: other.jwksUrl, AUTH_ISSUER: other.issuer, AUTH_AUDIENCE: 'invigil' };
  const lonely = await ApiFixture.start(env, { now: () => new Date(nowMs) });
  const headers = { authorization: `Bearer ${await other.token()}` };
  const ask = () => lonely.send({ method: 'GET', url: '/v1/attempts', headers });
  expect((await ask()).status).toBe(200);
  await other.stop();
  nowMs += 59 * 60_000;
  expect((await ask()).status).toBe(200);
  nowMs += 60_000;
  expect(await ask()).toMatchObject({ status: 503, body: { code: 'keys-unavailable' } });
  await lonely.stop();
});
