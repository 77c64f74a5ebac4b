import { randomBytes } from 'node:crypto';
import { ApiFixture, type TokenCaller } from '../../support/api-fixture';

const EXPORTER: TokenCaller = { sub: 'exporter', scope: 'exports:read exports:write' };
const READER: TokenCaller = { scope: 'exports:read' };
const LIMITED: TokenCaller = { ...EXPORTER, customers: ['globex'] };
const KEYS = `a1:${randomBytes(32).toString('base64')}`;

const SAP = {
  kind: 'SAP',
  baseUrl: 'https://sap.example.com',
  settings: { companyId: 'acme', userId: 'admin' },
  credentials: { key: 'sap-key', secret: 'sap-secret' },
};

let api: ApiFixture;

beforeAll(async () => {
  api = await ApiFixture.start({ CREDENTIAL_KEYS: KEYS });
  for (const id of ['acme', 'globex']) {
    await api.call(EXPORTER, 'PUT', `/v1/customers/${id}`, { name: id, slug: id, enableAuditEnrollment: true });
  }
});
afterAll(() => api.stop());

const channel = (id: string, customerId = 'acme'): string => `/v1/customers/${customerId}/channels/${id}`;

/** The pointers a refusal names. */
async function faults(body: object, url = channel('faulty')): Promise<unknown[]> {
  const answer = await api.call(EXPORTER, 'PUT', url, body);
  expect(answer).toMatchObject({ status: 400, body: { code: 'bad-request' } });
  return (answer.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer).sort();
}

describe('A customer', () => {
  it('is stored and read, and what is left out is off', async () => {
    const expected = {
      customerId: 'acme',
      name: 'acme',
      slug: 'acme',
      enableAuditEnrollment: true,
      enableAuditDataReporting: false,
      identityProvider: null,
    };
    expect(await api.call(READER, 'GET', '/v1/customers/acme')).toMatchObject({ status: 200, body: expected });
  });

  it('exists for tokens that are limited to it, and is not there for others', async () => {
    expect((await api.call(LIMITED, 'GET', '/v1/customers/globex')).status).toBe(200);
    const body = { name: 'x', slug: 'x' };
    const outside = [
      await api.call(LIMITED, 'GET', '/v1/customers/acme'),
      await api.call(LIMITED, 'PUT', '/v1/customers/acme', body),
      await api.call(LIMITED, 'PUT', '/v1/customers/initech', body),
      await api.call(LIMITED, 'GET', channel('sap')),
      await api.call(LIMITED, 'PUT', channel('sap'), SAP),
      await api.call(LIMITED, 'GET', '/v1/customers/acme/channels'),
      await api.call(LIMITED, 'GET', '/v1/customers/acme/transmissions'),
      await api.call(EXPORTER, 'GET', '/v1/customers/nobody'),
    ];
    for (const answer of outside) expect(answer).toMatchObject({ status: 404, body: { code: 'customer-not-found' } });
    expect((await api.call(EXPORTER, 'GET', '/v1/customers/initech')).status).toBe(404);
  });

  it('is changed with the scope to write only', async () => {
    const answer = await api.call(READER, 'PUT', '/v1/customers/acme', { name: 'x', slug: 'x' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient-scope' } });
    expect(await faults({ name: 'x', slug: 'x', colour: 'red' }, '/v1/customers/acme')).toEqual(['/colour']);
  });
});

describe('A channel', () => {
  it('is stored with what its kind needs, and says of credentials only whether they are set', async () => {
    const answer = await api.call(EXPORTER, 'PUT', channel('sap'), { ...SAP, limits: { requestsPerSecond: 2 } });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        customerId: 'acme',
        channelId: 'sap',
        kind: 'SAP',
        baseUrl: SAP.baseUrl,
        settings: SAP.settings,
        credentials: { key: 'set', secret: 'set' },
        limits: { requestsPerSecond: 2 },
        inDoubt: 'hold',
        dryRun: false,
        disabled: false,
        schedule: null,
      },
    });
    expect((await api.call(READER, 'GET', channel('sap'))).body).toEqual(answer.body);
    const list = await api.call(READER, 'GET', '/v1/customers/acme/channels');
    expect(list.body['items']).toContainEqual(answer.body);
  });

  it('keeps its credentials when they are left out, and loses them when they are null', async () => {
    const url = channel('kept');
    const { credentials: _secret, ...open } = SAP;
    await api.call(EXPORTER, 'PUT', url, SAP);
    expect((await api.call(EXPORTER, 'PUT', url, open)).body['credentials']).toEqual({ key: 'set', secret: 'set' });
    expect(await faults({ ...open, credentials: null }, url)).toEqual(['/credentials/key', '/credentials/secret']);
    const off = await api.call(EXPORTER, 'PUT', url, { ...open, credentials: null, disabled: true });
    expect(off.body['credentials']).toEqual({ key: 'unset', secret: 'unset' });
  });

  it('has a schedule with the usual values for what is left out', async () => {
    const { body } = await api.call(EXPORTER, 'PUT', channel('nightly'), { ...SAP, schedule: { cron: '0 3 * * *' } });
    expect(body['schedule']).toEqual({
      cron: '0 3 * * *',
      timeZone: 'UTC',
      jitterSeconds: 0,
      paused: false,
      levels: ['completion'],
    });
    expect(await faults({ ...SAP, schedule: { cron: '@daily', timeZone: 'Mars/Base' } })).toEqual([
      '/schedule/timeZone',
    ]);
    expect(await faults({ ...SAP, schedule: { cron: 'often' } })).toContain('/schedule/cron');
  });

  it('is refused with a pointer to each fault of its kind', async () => {
    expect(await faults({ ...SAP, settings: { companyId: 'acme', colour: 'red' } })).toEqual([
      '/settings/colour',
      '/settings/userId',
    ]);
    expect(await faults({ ...SAP, credentials: { key: 'k', secret: 's', token: 't' } })).toEqual([
      '/credentials/token',
    ]);
    expect(await faults({ ...SAP, limits: { batchSize: 10_000 } })).toEqual(['/limits/batchSize']);
    expect(await faults({ ...SAP, kind: 'MOODLE' })).toEqual(['/kind']);
  });

  it.each([
    ...['http://sap.example.com', 'https://localhost', 'https://127.0.0.1', 'https:127.0.0.1', 'https://2130706433'],
    ...['https://[::1]', 'https://[::ffff:10.0.0.1]', 'https://169.254.169.254', 'https://192.168.0.1:8443'],
  ])('may not lead to %s', async (baseUrl) => {
    expect(await faults({ ...SAP, baseUrl })).toEqual(['/baseUrl']);
  });

  it('may not have such an address in its settings either', async () => {
    const body = {
      kind: 'DEGREED2',
      baseUrl: 'https://degreed.example.com',
      credentials: { clientId: 'a', clientSecret: 'b' },
    };
    expect(await faults({ ...body, settings: { tokenBaseUrl: 'https://10.0.0.1' } })).toEqual([
      '/settings/tokenBaseUrl',
    ]);
    const fine = { ...body, settings: { tokenBaseUrl: 'https://tokens.example.com' } };
    expect((await api.call(EXPORTER, 'PUT', channel('degreed'), fine)).status).toBe(200);
  });

  it('keeps its kind for life', async () => {
    await api.call(EXPORTER, 'PUT', channel('fixed'), SAP);
    const other = { kind: 'MOODLE', baseUrl: 'https://moodle.example.com', dryRun: true };
    const answer = await api.call(EXPORTER, 'PUT', channel('fixed'), other);
    expect(answer).toMatchObject({ status: 409, body: { code: 'channel-kind-fixed' } });
  });

  it('of a kind nothing can be sent to yet can be used for dry runs', async () => {
    const dryRunChannel = { kind: 'MOODLE', baseUrl: 'https://moodle.example.com', dryRun: true };
    expect(await api.call(EXPORTER, 'PUT', channel('moodle'), dryRunChannel)).toMatchObject({ status: 200 });
  });

  it('is stored once per Idempotency-Key', async () => {
    const first = await api.call(EXPORTER, 'PUT', channel('once'), SAP, 'key-1');
    const second = await api.call(EXPORTER, 'PUT', channel('once'), SAP, 'key-1');
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect(second.body).toEqual(first.body);
  });

  it('is not there before it was stored', async () => {
    const answer = await api.call(READER, 'GET', channel('nowhere'));
    expect(answer).toMatchObject({ status: 404, body: { code: 'channel-not-found' } });
  });
});

test('Without keys no credential is stored, and the answer says what is missing.', async () => {
  const bare = await ApiFixture.start();
  try {
    await bare.call(EXPORTER, 'PUT', '/v1/customers/acme', { name: 'a', slug: 'a' });
    const answer = await bare.call(EXPORTER, 'PUT', channel('sap'), SAP);
    expect(answer).toMatchObject({ status: 503, body: { code: 'credential-keys-missing' } });
    expect((await bare.call(EXPORTER, 'GET', channel('sap'))).status).toBe(404);
  } finally {
    await bare.stop();
  }
});
