import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { buildApp } from '../../../api/app';
import { parseSealingKeys } from '../../../config/sealing-keys';
import { readSettings } from '../../../config/settings';
import { readCredentials, rotateCredentials } from '../../../db/exports/credentials';
import { requestHeaders } from '../../../dev/api-client';
import { ApiFixture, type TokenCaller } from '../../support/api-fixture';
import { everythingIn } from '../../support/database-text';
import { RecordingGateway } from '../../support/recording-gateway';

const EXPORTER: TokenCaller = { sub: 'exporter', scope: 'exports:read exports:write' };
const KEYS = `a1:${randomBytes(32).toString('base64')}`;
const CANARY = `canary-${randomBytes(12).toString('hex')}`;
const ENCODED = [CANARY, Buffer.from(CANARY).toString('base64').slice(0, 24), Buffer.from(CANARY).toString('hex')];

const sap = (more: object = {}): object => ({
  kind: 'SAP',
  baseUrl: 'https://sap.example.com',
  settings: { companyId: 'acme', userId: 'admin' },
  credentials: { key: `${CANARY}-key`, secret: `${CANARY}-secret` },
  ...more,
});

let api: ApiFixture;

beforeAll(async () => {
  api = await ApiFixture.start({ CREDENTIAL_KEYS: KEYS });
});
afterAll(() => api.stop());

test('A credential is in no answer, no log and no row of the database, and can still be read by whoever has the key.', async () => {
  const { database } = api;
  const log: string[] = [];
  const stream = new Writable({ write: (chunk: Buffer, _encoding, done) => (log.push(chunk.toString()), done()) });
  const settings = readSettings({ DATABASE_URL: database.url, CREDENTIAL_KEYS: KEYS, AUTH_DEV_KEY_FILE: api.keyFile });
  const logger = { level: 'trace', stream };
  const app = await buildApp({ settings, knex: database.db, temporal: new RecordingGateway(), logger });
  const token = await api.token(EXPORTER);
  const answers: string[] = [];
  const send = async (
    method: 'GET' | 'PUT' | 'POST',
    url: string,
    body?: object | string,
    key?: string,
  ): Promise<void> => {
    const headers = requestHeaders({ token, key: key ?? null, body });
    const response = await app.inject({ method, url, headers, ...(body === undefined ? {} : { payload: body }) });
    answers.push(`${response.statusCode} ${JSON.stringify(response.headers)} ${response.body}`);
  };
  const channel = '/v1/customers/acme/channels/sap';
  await send('PUT', '/v1/customers/acme', { name: 'Acme', slug: 'acme' });
  await send('PUT', channel, sap(), 'key-1');
  await send('PUT', channel, sap(), 'key-1');
  await send('PUT', channel, sap({ limits: { batchSize: 0 } }));
  await send('PUT', channel, sap({ credentials: { key: CANARY, colour: CANARY } }));
  await send('PUT', channel, sap({ credentials: CANARY }));
  await send('PUT', channel, sap({ baseUrl: `https://user:${CANARY}@127.0.0.1` }));
  await send('PUT', channel, sap({ kind: 'CANVAS' }));
  await send('GET', channel);
  await send('GET', '/v1/customers/acme/channels');
  await send('GET', '/v1/customers/acme/transmissions');
  const guid = { userGuid: 'g', sessionToken: CANARY, callbackUrl: '/cb', subdomain: 's' };
  await send(
    'POST',
    '/v1/customers/acme/import',
    JSON.stringify({ kind: 'clickThrough', userId: 'u', courseKey: 'k', ...guid }),
  );
  await send('GET', '/openapi.json');
  await app.close();

  expect(answers.map((answer) => answer.slice(0, 3))).toEqual([
    ...['200', '200', '200', '400', '400', '400', '400', '400', '200', '200', '200', '200', '200'],
  ]);
  const dump = await everythingIn(database.url);
  expect(dump).toContain('"channel_id": "sap"');
  expect(log.join('')).toContain('/v1/customers/acme/channels/sap');
  for (const text of ENCODED) {
    expect(answers.join('\n')).not.toContain(text);
    expect(log.join('')).not.toContain(text);
    expect(dump).not.toContain(text);
  }
  const keys = parseSealingKeys(KEYS);
  expect(await readCredentials(database.db, '1', keys)).toEqual({ key: `${CANARY}-key`, secret: `${CANARY}-secret` });
});

test('A credential that a channel changes itself is sealed again, and two changes at once are both kept.', async () => {
  const keys = parseSealingKeys(KEYS);
  await api.call(EXPORTER, 'PUT', '/v1/customers/rotating', { name: 'r', slug: 'r' });
  await api.call(EXPORTER, 'PUT', '/v1/customers/rotating/channels/sap', sap());
  const { rows } = await api.database.db.raw<{ rows: { id: string }[] }>(
    "select cast(id as text) as id from channel_configurations where customer_id = 'rotating'",
  );
  const id = rows[0]?.id as string;
  const append = (more: string): Promise<void> =>
    rotateCredentials(api.database.db, id, keys, async (old) => ({ ...old, key: `${old['key']}${more}` }));
  await Promise.all([append('x'), append('y')]);
  expect((await readCredentials(api.database.db, id, keys))?.['key']).toMatch(/-key(xy|yx)$/);
  expect(await everythingIn(api.database.url)).not.toContain(CANARY);
});
