import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { parseSealingKeys } from '../../../config/sealing-keys';
import { ensureVendorTokenKey, rotateVendorTokenKey } from '../../../db/auth/vendor-token-keys';
import type { ApiAnswer } from '../../../dev/api-client';
import { ApiFixture, OPERATOR } from '../../support/api-fixture';
import { anAttempt, anExam, created, NOW } from '../../support/attempt-builders';

const KEYS = parseSealingKeys(`c1:${Buffer.alloc(32, 5).toString('base64')}`);
const PUBLIC_URL = 'https://exams.example.org/invigil';
const SECRET = 'a vendor’s secret: with %, + and &';
const FORM = 'application/x-www-form-urlencoded';
const provider = { title: 'P', supportsOnboarding: false, ruleSet: 'current', protocol: 'rest' };
const ENV = {
  PUBLIC_URL,
  CREDENTIAL_KEYS: `c1:${Buffer.alloc(32, 5).toString('base64')}`,
  INVIGIL_PROVIDERS: JSON.stringify([
    { ...provider, name: 'rest', inboundClientId: 'vendor-1', inboundClientSecret: SECRET },
    { ...provider, name: 'other', inboundClientId: 'vendor-2', inboundClientSecret: `${SECRET} too` },
    { ...provider, name: 'closed' },
  ]),
};
const CLIENT = { grant_type: 'client_credentials', client_id: 'vendor-1', client_secret: SECRET };

let api: ApiFixture;
let nowMs: number;
let learners = 0;

beforeAll(async () => {
  api = await ApiFixture.start(ENV, { now: () => new Date(nowMs) });
});
afterAll(() => api.stop());

beforeEach(async () => {
  nowMs = Date.now();
  await ensureVendorTokenKey(api.database.db, KEYS, new Date(nowMs));
});

async function ask(form: Record<string, string> | string, headers: Record<string, string> = {}): Promise<ApiAnswer> {
  const payload = typeof form === 'string' ? form : new URLSearchParams(form).toString();
  const url = '/oauth2/access_token';
  return api.send({ method: 'POST', url, headers: { 'content-type': FORM, ...headers }, payload });
}

async function tokenOf(form: Record<string, string> = CLIENT): Promise<string> {
  const { status, body } = await ask(form);
  expect(status).toBe(200);
  return body['access_token'] as string;
}

async function publishedKeys(): Promise<JSONWebKeySet> {
  const { status, body } = await api.send({ method: 'GET', url: '/.well-known/jwks.json' });
  expect(status).toBe(200);
  return body as unknown as JSONWebKeySet;
}

/** The vendor says that a learner is ready, on an attempt of its own. */
async function ready(token: string, name = 'rest'): Promise<number> {
  learners += 1;
  const exam = await anExam(api.database.db, { provider: name });
  const open = { status: 'created', completedAt: null, startedAt: null } as const;
  const own = { provider: name, userId: `u-${learners}`, externalId: `ext-${learners}` };
  const attempt = anAttempt(exam.id, { ...own, ...open });
  await created(api.database.db, attempt);
  const url = `/v1/providers/${name}/attempts/${attempt.externalId}/ready`;
  const headers = { authorization: `JWT ${token}` };
  return (await api.send({ method: 'POST', url, headers, payload: { status: 'ready' } })).status;
}

describe('A vendor gets a token', () => {
  test('as edX’s client asks for it: a form with token_type jwt and without scope.', async () => {
    const answer = await ask({ ...CLIENT, token_type: 'jwt' });
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
      body: { expires_in: 600, token_type: 'JWT', scope: 'callbacks' },
    });
    const token = answer.body['access_token'] as string;
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256' });
    const keys = createLocalJWKSet(await publishedKeys());
    const { payload } = await jwtVerify(token, keys, { issuer: PUBLIC_URL, audience: PUBLIC_URL });
    expect(payload).toMatchObject({
      provider: 'rest',
      scope: 'callbacks',
      sub: 'provider:rest',
      client_id: 'vendor-1',
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);
  });

  test('which its callbacks are accepted with, and no other provider’s.', async () => {
    const token = await tokenOf();
    expect([await ready(token), await ready(token, 'other')]).toEqual([202, 404]);
    expect(
      await ready(await tokenOf({ ...CLIENT, client_id: 'vendor-2', client_secret: `${SECRET} too` }), 'other'),
    ).toBe(202);
  });

  test('for callbacks only, whatever it asks for.', async () => {
    const token = await tokenOf({ ...CLIENT, scope: `${OPERATOR.scope} exports:write` });
    for (const url of ['/v1/attempts', '/v1/exams/1', '/v1/customers/c/channels']) {
      const answer = await api.send({ method: 'GET', url, headers: { authorization: `Bearer ${token}` } });
      expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient-scope' } });
    }
  });

  test('with Authorization: Basic as well, its halves encoded as RFC 6749 has it.', async () => {
    const secret = encodeURIComponent(SECRET).replaceAll('%20', '+');
    const authorization = `Basic ${Buffer.from(`vendor-1:${secret}`).toString('base64')}`;
    const answer = await ask({ grant_type: 'client_credentials' }, { authorization });
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer' } });
  });

  test('that ends after ten minutes, by the clock’s tolerance of one.', async () => {
    const token = await tokenOf();
    nowMs += 11 * 60_000 - 1_000;
    expect(await ready(token)).toBe(202);
    nowMs += 2_000;
    expect(await ready(token)).toBe(401);
  });
});

describe('There is no token', () => {
  test.each([
    ['a wrong secret', { ...CLIENT, client_secret: 'a vendor’s secret' }],
    ['an empty secret', { ...CLIENT, client_secret: '' }],
    ['no secret', { grant_type: 'client_credentials', client_id: 'vendor-1' }],
    ['another vendor’s secret', { ...CLIENT, client_id: 'vendor-2' }],
    ['an unknown client', { ...CLIENT, client_id: 'nobody' }],
    ['a provider’s name instead of its client id', { ...CLIENT, client_id: 'rest' }],
    ['a provider without client id', { ...CLIENT, client_id: 'undefined', client_secret: 'undefined' }],
  ])('for %s: 401 invalid_client.', async (_, form) => {
    const answer = await ask(form);
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(answer.headers['www-authenticate']).toContain('Basic');
  });

  test('for a Basic header that is none.', async () => {
    for (const authorization of [
      'Basic x',
      'Basic',
      'Bearer abc',
      `Basic ${Buffer.from('vendor-1').toString('base64')}`,
    ])
      expect(await ask({ grant_type: 'client_credentials' }, { authorization })).toMatchObject({
        status: 401,
        body: { error: 'invalid_client' },
      });
  });

  test.each([
    [
      'another grant type',
      new URLSearchParams({ ...CLIENT, grant_type: 'password' }).toString(),
      'unsupported_grant_type',
    ],
    ['no grant type', 'client_id=vendor-1', 'invalid_request'],
    ['no client', 'grant_type=client_credentials', 'invalid_request'],
    ['nothing', '', 'invalid_request'],
    ['a parameter twice', 'grant_type=client_credentials&client_id=vendor-1&client_id=vendor-2', 'invalid_request'],
    ['a form that is too large', `grant_type=${'x'.repeat(20_000)}`, 'invalid_request'],
  ])('for %s: 400.', async (_, form, error) => {
    expect(await ask(form)).toMatchObject({ status: 400, body: { error } });
  });

  test('for JSON instead of a form: 400.', async () => {
    const answer = await ask(JSON.stringify(CLIENT), { 'content-type': 'application/json' });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  test('for the secret in two places: 400.', async () => {
    const authorization = `Basic ${Buffer.from('vendor-1:x').toString('base64')}`;
    expect(await ask(CLIENT, { authorization })).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  test('without a key to sign with: 503, and it says what makes one.', async () => {
    await api.database.db('vendor_token_keys').delete();
    expect(await ask(CLIENT)).toMatchObject({ status: 503, body: { code: 'keys-unavailable' } });
  });
});

describe('The keys of vendors’ tokens', () => {
  const other = parseSealingKeys(`c2:${Buffer.alloc(32, 6).toString('base64')}`);

  test('are one after many migrations at the same time.', async () => {
    const { db } = api.database;
    await db('vendor_token_keys').delete();
    const made = await Promise.all([1, 2, 3, 4].map(() => ensureVendorTokenKey(db, KEYS, NOW)));
    expect(made.filter((kid) => kid !== undefined)).toHaveLength(1);
    expect((await publishedKeys()).keys).toHaveLength(1);
  });

  test('are published without their private halves, which are sealed in the database.', async () => {
    const { keys } = await publishedKeys();
    for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    const rows = await api.database.db('vendor_token_keys').select<{ private_jwk: string }[]>('private_jwk');
    for (const { private_jwk: sealed } of rows) expect(sealed).toMatch(/^v1\.c1\.[\w-]+\.[\w-]+$/);
  });

  test('are two after a rotation: the new one signs at once, tokens of the old one live on; after another it is gone.', async () => {
    const { db } = api.database;
    const old = await tokenOf();
    expect(await ready(old)).toBe(202);
    const kid = await rotateVendorTokenKey(db, KEYS, new Date(nowMs));
    const fresh = await tokenOf();
    expect(decodeProtectedHeader(fresh).kid).toBe(kid);
    expect([await ready(fresh), await ready(old), (await publishedKeys()).keys.length]).toEqual([202, 202, 2]);
    await rotateVendorTokenKey(db, KEYS, new Date(nowMs));
    nowMs += 30_000;
    expect([await ready(fresh), await ready(old), (await publishedKeys()).keys.length]).toEqual([202, 401, 2]);
  });

  test('are made anew when the one that signs was sealed with a key that is gone; its tokens live on.', async () => {
    const { db } = api.database;
    const old = await tokenOf();
    const kid = await ensureVendorTokenKey(db, other, new Date(nowMs));
    expect(kid).toBeDefined();
    expect(await ensureVendorTokenKey(db, other, new Date(nowMs))).toBeUndefined();
    expect(await ready(old)).toBe(202);
    expect(await ask(CLIENT)).toMatchObject({ status: 503 });
    expect(await ensureVendorTokenKey(db, KEYS, new Date(nowMs))).toBeDefined();
    expect(await ready(await tokenOf())).toBe(202);
  });

  test('do not open when a sealed one was copied to another row.', async () => {
    const { db } = api.database;
    await rotateVendorTokenKey(db, KEYS, new Date(nowMs));
    const [newest, before] = (await db('vendor_token_keys').orderBy('id', 'desc')) as {
      id: string;
      private_jwk: string;
    }[];
    await db('vendor_token_keys').where({ id: newest?.id }).update({ private_jwk: before?.private_jwk });
    expect(await ask(CLIENT)).toMatchObject({ status: 503 });
    await ensureVendorTokenKey(db, KEYS, new Date(nowMs));
  });
});

test('The document of the API names both routes, open to everybody.', async () => {
  const { body } = await api.send({ method: 'GET', url: '/openapi.json' });
  const paths = body['paths'] as Record<
    string,
    Record<string, { security?: unknown; requestBody?: { content: object } }>
  >;
  expect(paths['/.well-known/jwks.json']?.['get']?.security).toEqual([]);
  const token = paths['/oauth2/access_token']?.['post'];
  expect(token?.security).toEqual([]);
  expect(Object.keys(token?.requestBody?.content ?? {})).toEqual([FORM]);
});
