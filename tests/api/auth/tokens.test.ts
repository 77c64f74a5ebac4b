import { createHmac } from 'node:crypto';
import { TOKEN_ALGORITHMS } from '../../../config/token-issuers';
import { ApiFixture } from '../../support/api-fixture';
import { TokenSigner } from '../../support/token-signer';

const MAIN = 'https://id.example.org';
const OTHER = 'https://other.example.org';
const LMS = 'https://lms.example.org/oauth2';
const SCOPE = { scope: 'attempts:read' };

let main: TokenSigner;
let other: TokenSigner;
let lms: TokenSigner;
let api: ApiFixture;

beforeAll(async () => {
  main = await TokenSigner.start(MAIN, ...TOKEN_ALGORITHMS);
  other = await TokenSigner.start(OTHER, 'RS256');
  lms = await TokenSigner.start(LMS, 'RS512');
  await lms.addKey('next', 'RS512');
  api = await ApiFixture.start({
    AUTH_JWKS_URL: main.jwksUrl,
    AUTH_ISSUER: MAIN,
    AUTH_AUDIENCE: 'invigil',
    AUTH_ISSUERS: JSON.stringify([
      { issuer: OTHER, audience: ['invigil', 'exams'], jwksUrl: other.jwksUrl, algorithms: ['RS256'] },
      { issuer: LMS, audience: 'openedx', jwks: lms.keySet, algorithms: ['RS512'] },
    ]),
    AUTH_SCOPE_MAP: JSON.stringify({
      [LMS]: { 'preferred_username:exam_worker': ['attempts:read', 'attempts:write'] },
      [OTHER]: { 'azp:console': ['attempts:read'] },
    }),
  });
});
afterAll(() => Promise.all([api.stop(), main.stop(), other.stop(), lms.stop()]));

async function answerOf(token: string, scheme = 'Bearer'): Promise<{ status: number; body: Record<string, unknown> }> {
  return api.send({ method: 'GET', url: '/v1/attempts', headers: { authorization: `${scheme} ${token}` } });
}

async function statusOf(token: string, scheme?: string): Promise<number> {
  return (await answerOf(token, scheme)).status;
}

describe('Tokens are accepted', () => {
  test.each(TOKEN_ALGORITHMS)('signed with %s.', async (alg) => {
    expect(await statusOf(await main.sign(alg, SCOPE))).toBe(200);
  });

  test.each(['Bearer', 'bearer', 'JWT', 'jwt'])('with the scheme %s.', async (scheme) => {
    expect(await statusOf(await main.sign('RS256', SCOPE), scheme)).toBe(200);
  });

  test('of each of several issuers, with the keys and the audience of that one.', async () => {
    expect(await statusOf(await other.sign('RS256', { ...SCOPE, aud: ['account', 'exams'] }))).toBe(200);
    expect(await statusOf(await main.sign('RS256', { ...SCOPE, aud: 'exams' }))).toBe(401);
  });

  test('as an Open edX LMS makes them: RS512, scopes as a list, the user by number beside a textual sub.', async () => {
    const claims = {
      aud: 'openedx',
      sub: '7d1b5c0e5a6f',
      preferred_username: 'exam_worker',
      user_id: 42,
      scopes: ['read', 'write', 'user_id', 'email', 'profile'],
      filters: ['user:me'],
      grant_type: 'client-credentials',
      is_restricted: false,
      version: '1.2.0',
      email_verified: true,
    };
    expect(await statusOf(await lms.sign('RS512', claims), 'JWT')).toBe(200);
    const learner = { ...claims, preferred_username: 'ann', scopes: ['read', 'attempts:take'] };
    expect(await statusOf(await lms.sign('RS512', learner), 'JWT')).toBe(200);
    const nobody = await answerOf(await lms.sign('RS512', { ...claims, preferred_username: 'ann' }), 'JWT');
    expect(nobody).toMatchObject({ status: 403, body: { code: 'insufficient-scope' } });
  });

  test('without naming their key, when any of the issuer’s keys of that kind has signed them.', async () => {
    const claims = { aud: 'openedx', scopes: ['attempts:read'] };
    for (const kid of ['RS512', 'next']) {
      const token = await lms.sign(kid, claims, { kid: undefined } as object);
      expect(await statusOf(token)).toBe(200);
    }
    const stranger = await TokenSigner.start(LMS, 'RS512');
    expect(await statusOf(await stranger.sign('RS512', claims, { kid: undefined } as object))).toBe(401);
    await stranger.stop();
  });

  test('with scopes from the map, by the client they were issued to.', async () => {
    expect(await statusOf(await other.sign('RS256', { azp: 'console' }))).toBe(200);
    expect(await statusOf(await other.sign('RS256', { azp: 'shop' }))).toBe(403);
    expect(await statusOf(await main.sign('RS256', { azp: 'console' }))).toBe(403);
  });
});

describe('Tokens are refused', () => {
  const refused = async (token: string): Promise<void> => {
    expect(await answerOf(token)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  };

  test.each([
    ['of an issuer that is not configured', { iss: 'https://evil.example.org' }],
    ['of nobody', { iss: undefined }],
    ['whose issuer is a list', { iss: [MAIN] }],
    ['that are over', { exp: Math.floor(Date.now() / 1000) - 120 }],
    ['that do not end', { exp: undefined }],
    ['that have not begun', { nbf: Math.floor(Date.now() / 1000) + 120 }],
    ['for another service', { aud: 'shop' }],
    ['without audience', { aud: undefined }],
    ['without subject', { sub: undefined }],
    ['with an empty subject', { sub: '' }],
    ['whose subject is a number', { sub: 5 }],
    ['whose subject is an object', { sub: { id: 'u-1' } }],
    ['whose subject is a list', { sub: ['u-1'] }],
    ['whose subject is null', { sub: null }],
    ['whose scopes are a number', { scopes: 7 }],
  ])('%s.', async (_, claims) => {
    await refused(await main.sign('RS256', { ...SCOPE, ...claims }));
  });

  test('when they name another issuer than the one whose key signed them.', async () => {
    await refused(await other.sign('RS256', { ...SCOPE, iss: MAIN }));
    await refused(await main.sign('RS256', { ...SCOPE, iss: OTHER }));
  });

  test('when the algorithm is not one of the issuer’s, though the key is.', async () => {
    await refused(await main.sign('RS512', { ...SCOPE, iss: LMS, aud: 'openedx' }));
    const token = await main.sign('RS384', { ...SCOPE, iss: OTHER });
    await refused(token);
  });

  test('when they are not signed, or with the public key as a secret.', async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = part({ iss: MAIN, aud: 'invigil', sub: 'u-1', exp: Math.floor(Date.now() / 1000) + 60, ...SCOPE });
    for (const alg of ['none', 'None', 'NONE']) await refused(`${part({ alg })}.${claims}.`);
    const secrets = [JSON.stringify(main.publicJwk('RS256')), main.publicJwk('RS256').n ?? '', ''];
    for (const secret of secrets) {
      const signed = `${part({ alg: 'HS256', kid: 'RS256' })}.${claims}`;
      await refused(`${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`);
    }
  });

  test('when they bring a key or its address along.', async () => {
    const evil = await TokenSigner.start(MAIN, 'RS256');
    const jwk = evil.publicJwk('RS256');
    for (const header of [{ jwk }, { jku: evil.jwksUrl }, { x5u: evil.jwksUrl }, { jwk, kid: 'mine' }])
      await refused(await evil.sign('RS256', SCOPE, header));
    await evil.stop();
  });

  test('when they are no tokens at all.', async () => {
    for (const junk of ['x', 'a.b.c', 'e30.e30.', `${Buffer.from('[]').toString('base64url')}.e30.x`])
      await refused(junk);
  });

  test('when the scheme is another one.', async () => {
    const token = await main.sign('RS256', SCOPE);
    for (const scheme of ['Basic', 'Token', 'JWTs', '']) expect(await statusOf(token, scheme)).toBe(401);
  });
});
