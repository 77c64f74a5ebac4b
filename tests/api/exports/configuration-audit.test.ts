import { randomBytes } from 'node:crypto';
import type { AuditEntry } from '../../../db/requests/audit';
import { ApiFixture, type TokenCaller } from '../../support/api-fixture';
import { auditOf } from '../../support/audit-log';

const EXPORTER: TokenCaller = { sub: 'exporter', scope: 'exports:read exports:write' };
const KEYS = `a1:${randomBytes(32).toString('base64')}`;
const CANARY = `canary-${randomBytes(12).toString('hex')}`;

const SAP = {
  kind: 'SAP',
  baseUrl: 'https://sap.example.com/one',
  settings: { companyId: 'acme', userId: 'admin' },
  credentials: { key: `${CANARY}-key`, secret: `${CANARY}-secret` },
};
const { credentials: _credentials, ...OPEN } = SAP;

let api: ApiFixture;
let made = 0;
let customerId: string;

beforeAll(async () => {
  api = await ApiFixture.start({ CREDENTIAL_KEYS: KEYS });
});
afterAll(() => api.stop());
beforeEach(() => {
  customerId = `acme-${(made += 1)}`;
});

const put = async (body: object, channel?: string, status = 200): Promise<void> => {
  const path = `/v1/customers/${customerId}${channel === undefined ? '' : `/channels/${channel}`}`;
  expect((await api.call(EXPORTER, 'PUT', path, body)).status).toBe(status);
};

/** Oldest first. */
async function audited(object: string): Promise<AuditEntry[]> {
  return (await auditOf(api.database.db, object)).reverse();
}

const details = async (object: string): Promise<unknown[]> => (await audited(object)).map(({ detail }) => detail);

test('A customer that is made or changed leaves a row of who and what; stored as it was, none.', async () => {
  await put({ name: 'Acme', slug: 'acme' });
  await put({ name: 'Acme', slug: 'acme' });
  await put({ name: 'Acme', slug: 'acme', enableAuditEnrollment: true, identityProvider: 'idp' });
  const rows = await audited(`customer:${customerId}`);
  expect(rows).toMatchObject([
    { action: 'customer.created', detail: { after: { name: 'Acme', enableAuditEnrollment: false } } },
    {
      action: 'customer.changed',
      actor: expect.stringMatching(/\|exporter$/),
      scope: 'exports:write',
      requestId: expect.stringMatching(/./),
    },
  ]);
  expect(rows[1]?.detail).toEqual({
    fields: ['enableAuditEnrollment', 'identityProvider'],
    before: { enableAuditEnrollment: false, identityProvider: null },
    after: { enableAuditEnrollment: true, identityProvider: 'idp' },
  });
});

describe('A channel', () => {
  const object = (): string => `channel:${customerId}:sap`;

  beforeEach(async () => {
    await put({ name: 'Acme', slug: 'acme' });
    await put(SAP, 'sap');
  });

  it('that is stored as it was leaves no row, with its credentials or without', async () => {
    for (const body of [SAP, OPEN, SAP]) await put(body, 'sap');
    const rows = await audited(object());
    expect(rows.map(({ action }) => action)).toEqual(['channel.created']);
    expect(rows[0]?.detail).toMatchObject({ credentials: 'replaced', after: { kind: 'SAP', disabled: false } });
  });

  it('whose schedule, limits or switches change says from what to what', async () => {
    const schedule = { cron: '0 3 * * *', timeZone: 'Europe/Paris' };
    await put({ ...OPEN, schedule, limits: { requestsPerSecond: 2 } }, 'sap');
    await put({ ...OPEN, schedule: { ...schedule, paused: true }, limits: { requestsPerSecond: 2 } }, 'sap');
    await put({ ...OPEN, limits: { requestsPerSecond: 2 }, inDoubt: 'resend', disabled: true }, 'sap');
    const [, made, paused, gone] = await details(object());
    expect(made).toMatchObject({
      fields: ['limits', 'schedule'],
      before: { schedule: null },
      after: { schedule: { ...schedule, paused: false }, limits: { requestsPerSecond: 2 } },
    });
    expect(paused).toMatchObject({
      fields: ['schedule'],
      before: { schedule: { paused: false } },
      after: { schedule: { paused: true } },
    });
    expect(gone).toMatchObject({
      before: { schedule: { cron: '0 3 * * *' }, inDoubt: 'hold', disabled: false },
      after: { schedule: null, inDoubt: 'resend', disabled: true },
    });
  });

  it('records of an address its host, and of settings their names', async () => {
    const settings = { companyId: `globex-${CANARY}`, userId: 'admin' };
    await put({ ...OPEN, baseUrl: `https://other.example.com/${CANARY}`, settings }, 'sap');
    const rows = await details(object());
    expect(rows.at(-1)).toEqual({
      fields: expect.arrayContaining(['baseUrl', 'settings.companyId']),
      before: { baseUrlHost: 'sap.example.com' },
      after: { baseUrlHost: 'other.example.com' },
    });
    expect(rows.at(-1)).toMatchObject({ fields: { length: 2 } });
  });

  it('records of credentials that they were replaced or removed, and nothing else', async () => {
    await put({ ...SAP, credentials: { key: `${CANARY}-other`, secret: `${CANARY}-secret` } }, 'sap');
    await put({ ...OPEN, credentials: null, disabled: true }, 'sap');
    const [, replaced, removed] = await details(object());
    expect(replaced).toEqual({ fields: ['credentials'], before: {}, after: {}, credentials: 'replaced' });
    expect(removed).toMatchObject({ fields: ['disabled', 'credentials'], credentials: 'removed' });
  });

  it('that is refused leaves no row', async () => {
    await put({ kind: 'GENERIC', dryRun: true }, 'sap', 409);
    await put({ ...SAP, limits: { batchSize: 0 } }, 'sap', 400);
    expect(await audited(object())).toHaveLength(1);
  });

  it('that is changed by many at once leaves one row for each change', async () => {
    const bodies = [1, 2, 3, 4].map((requestsPerSecond) => ({ ...OPEN, limits: { requestsPerSecond } }));
    await Promise.all(bodies.map((body) => put(body, 'sap')));
    const rows = (await details(object())) as { before?: { limits: unknown }; after: { limits: unknown } }[];
    expect(rows).toHaveLength(5);
    rows.slice(1).forEach((row, at) => expect(row.before?.limits).toEqual(rows[at]?.after.limits));
  });
});

test('No credential is in any row of the audit log, sealed or open.', async () => {
  const rows = await api.database.db<{ object: string }>('audit_log');
  expect(rows.length).toBeGreaterThan(10);
  const text = JSON.stringify(rows);
  for (const form of [CANARY, Buffer.from(CANARY).toString('base64').slice(0, 24), 'v1.a1.']) {
    expect(text).not.toContain(form);
  }
});
