import { importJWK, type JWK, SignJWT } from 'jose';
import { parseSealingKeys } from '../../../config/sealing-keys';
import { ensureVendorTokenKey, findVendorSigningKey } from '../../../db/auth/vendor-token-keys';
import { ApiFixture, OPERATOR } from '../../support/api-fixture';

const CREDENTIAL_KEYS = `c1:${Buffer.alloc(32, 5).toString('base64')}`;
const PUBLIC_URL = 'https://exams.example.org';

let api: ApiFixture;
beforeAll(async () => {
  api = await ApiFixture.start({ PUBLIC_URL, CREDENTIAL_KEYS });
});
afterAll(() => api.stop());

test('The key that vendors’ tokens are signed with opens callbacks only, should somebody sign other scopes with it.', async () => {
  const { db } = api.database;
  const keys = parseSealingKeys(CREDENTIAL_KEYS);
  await ensureVendorTokenKey(db, keys, new Date());
  const key = await findVendorSigningKey(db, keys);
  if (!key) throw new Error('There is no key');
  const forged = await new SignJWT({ scope: OPERATOR.scope, provider: 'psi' })
    .setProtectedHeader({ alg: 'RS256', kid: key.kid })
    .setIssuer(PUBLIC_URL)
    .setAudience(PUBLIC_URL)
    .setSubject('provider:psi')
    .setExpirationTime('1m')
    .sign(await importJWK(key.privateJwk as JWK, 'RS256'));
  const headers = { authorization: `Bearer ${forged}` };
  expect(await api.send({ method: 'GET', url: '/v1/attempts', headers })).toMatchObject({
    status: 403,
    body: { code: 'insufficient-scope' },
  });
});
