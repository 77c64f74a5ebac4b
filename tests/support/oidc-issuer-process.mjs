/**
 * An OpenID provider in a process of its own, whose keys its parent changes: `{keys: [...]}` publishes the keys of these
 * names, the first one signs. It answers each change with its address.
 */
import { createServer } from 'node:http';
import process from 'node:process';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

const CLIENT = { client_id: 'exam-service', client_secret: 'a secret of the test issuer only' };
const SCOPES = 'exams:read attempts:read';

const made = new Map();
let answer;

async function privateJwk(kid) {
  if (!made.has(kid))
    made.set(kid, await exportJWK((await generateKeyPair('RS256', { extractable: true })).privateKey));
  return { ...made.get(kid), kid, alg: 'RS256', use: 'sig' };
}

async function publish(names, issuer) {
  const provider = new Provider(issuer, {
    jwks: { keys: await Promise.all(names.map(privateJwk)) },
    clients: [{ ...CLIENT, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }],
    scopes: SCOPES.split(' '),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'urn:invigil',
        getResourceServerInfo: () => ({ scope: SCOPES, audience: 'invigil', accessTokenFormat: 'jwt' }),
      },
    },
    ttl: { ClientCredentials: 3600 },
  });
  answer = provider.callback();
}

const server = createServer((request, response) => answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  process.on('message', ({ keys }) => void publish(keys, issuer).then(() => process.send({ issuer })));
  process.send({ issuer });
});
process.on('disconnect', () => process.exit(0));
