import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { signDevToken, DEV_ISSUER } from '../../config/dev-key';
import { qualificationDraftWorkflowId } from '../../contracts/qualification/messages';
import { connectDatabase } from '../../db/core/connect';
import { type Stack, startStack } from '../../dev/stack';
import { waitUntil } from '../../dev/wait-until';
import { assignmentLine, groupLine, inDays, studentLine } from '../support/semester';

jest.setTimeout(180_000);

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

let stack: Stack;
let client: Client;
let connection: Connection;

beforeAll(async () => {
  stack = await startStack({
    ignoreExternal: true,
    services: ['postgres', 'temporal', 'api', 'worker'],
    env: { RELAY_INTERVAL_MS: '300', RELAY_GRACE_MS: '1000' },
  });
  connection = await Connection.connect({ address: stack.env['TEMPORAL_ADDRESS'] ?? '' });
  client = new Client({ connection });
  await call('platform', 'PUT', '/nodes/maths', { kind: 'subject', name: 'Maths' });
});

afterAll(async () => {
  await connection.close();
  await stack.stop();
});

async function call(sub: string, method: string, path: string, body?: unknown, key?: string): Promise<Answer> {
  const admin = sub === 'platform' ? ' qualification:admin' : '';
  const token = await signDevToken(stack.devKeyFile, { sub, scope: `qualification:read qualification:write${admin}` });
  const isText = typeof body === 'string';
  const response = await fetch(`${stack.urls.api}/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': isText ? 'application/x-ndjson' : 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

/** A period of Anne's with so many students; every third fails. */
async function putPeriod(periodId: string, students: number, names: object = {}): Promise<void> {
  const dates = { startsAt: inDays(-90), endsAt: inDays(30) };
  await call('platform', 'PUT', `/periods/${periodId}`, { nodeId: 'maths', shortName: 's', longName: 'S', ...dates });
  await call('platform', 'PUT', `/periods/${periodId}/administrators/anne?issuer=${DEV_ISSUER}`);
  const ids = Array.from({ length: students }, (_, at) => at);
  const lines = [
    assignmentLine('a1'),
    ...ids.map((at) => studentLine(`s${at}`, at === 0 ? names : {})),
    ...ids.map((at) =>
      groupLine({ groupId: at, assignmentId: 'a1', members: [`s${at}`], points: at % 3 === 0 ? 20 : 80 }),
    ),
  ];
  const imported = await call(
    'platform',
    'POST',
    `/periods/${periodId}/import`,
    lines.map((line) => JSON.stringify(line)).join('\n'),
  );
  expect(imported.body).toMatchObject({ rejected: 0 });
}

const drafts = (periodId: string): string => `/periods/${periodId}/qualification/drafts`;

describe('A draft in its workflow', () => {
  it('is worked out and saved, and its history holds no name, message or answer', async () => {
    const names = { username: 'canary-user', email: 'canary@example.org', fullName: 'Canary Name' };
    await putPeriod('canary', 30, names);
    const draft = await call('anne', 'POST', drafts('canary'), { plugin: 'approved.all', reason: 'canary-reason' });
    expect([draft.status, draft.body['state']]).toEqual([201, 'ready']);
    const draftId = String(draft.body['draftId']);
    const message = 'canary-message';
    const saved = await call('anne', 'POST', `${drafts('canary')}/${draftId}/save`, { status: 'ready', message });
    expect(saved.body).toMatchObject({ seq: 1, counts: { qualify: 20, fail: 10, undecided: 0 }, message });
    const handle = client.workflow.getHandle(qualificationDraftWorkflowId({ periodId: 'canary', draftId }));
    await handle.result();
    const history = Buffer.from(JSON.stringify(JSON.parse(historyToJSON(await handle.fetchHistory())))).toString();
    const texts = [...history.matchAll(/"data":"([^"]+)"/g)].map(([, data = '']) =>
      Buffer.from(data, 'base64').toString(),
    );
    expect(texts.length).toBeGreaterThan(5);
    const everything = history + texts.join('\n');
    for (const canary of [
      'canary-user',
      'Canary Name',
      'canary@example.org',
      'canary-reason',
      message,
      'anne',
      '"s1"',
    ]) {
      expect(everything).not.toContain(canary);
    }
  });

  it('is saved once, whoever asks how often, and afterwards only says so', async () => {
    await putPeriod('once', 10);
    const { draftId } = (await call('anne', 'POST', drafts('once'), { plugin: 'approved.all' })).body;
    const url = `${drafts('once')}/${String(draftId)}`;
    const saves = ['k1', 'k2', 'k3'].map((key) => call('anne', 'POST', `${url}/save`, { status: 'ready' }, key));
    const statuses = (await Promise.all(saves)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 409, 409]);
    const late = await call('anne', 'PATCH', url, { plugin: 'approved.all' });
    expect(late.body['code']).toBe('draft-already-saved');
    expect((await call('anne', 'GET', '/periods/once/qualification/history')).body['items']).toHaveLength(1);
  });

  it('goes on when Temporal is told to cancel or terminate it', async () => {
    await putPeriod('cancelled', 10);
    const { draftId } = (await call('anne', 'POST', drafts('cancelled'), { plugin: 'approved.all' })).body;
    const ref = { periodId: 'cancelled', draftId: String(draftId) };
    await client.workflow.getHandle(qualificationDraftWorkflowId(ref)).cancel();
    const url = `${drafts('cancelled')}/${String(draftId)}`;
    const settings = { assignments: ['a1'] };
    expect((await call('anne', 'PATCH', url, { plugin: 'approved.subset', settings })).body['state']).toBe('ready');
    await client.workflow.getHandle(qualificationDraftWorkflowId(ref)).terminate();
    expect((await call('anne', 'POST', `${url}/save`, { status: 'ready' })).status).toBe(201);
  });

  it('expires when nobody touches it, and leaves no results behind', async () => {
    await putPeriod('forgotten', 10);
    const { draftId } = (await call('anne', 'POST', drafts('forgotten'), { plugin: 'approved.all' })).body;
    const url = `${drafts('forgotten')}/${String(draftId)}`;
    const db = connectDatabase({ url: stack.env['DATABASE_URL'] ?? '', poolMax: 1 });
    await db('qualification_drafts')
      .where('draft_id', String(draftId))
      .update({ changed_at: inDays(-2) });
    await db.destroy();
    const isGone = async (): Promise<boolean> => (await call('anne', 'GET', url)).status === 410;
    await waitUntil(isGone, { what: 'the draft to expire', timeoutMs: 40_000 });
    const handle = client.workflow.getHandle(
      qualificationDraftWorkflowId({ periodId: 'forgotten', draftId: String(draftId) }),
    );
    await handle.result();
    expect(await handle.query<object>('state')).toMatchObject({ state: 'expired' });
    expect((await call('anne', 'POST', `${url}/save`, { status: 'ready' })).status).toBe(410);
  });
});

describe('A worker or an API killed with a draft under way', () => {
  it('loses nothing: the same key gives the one draft, and the one status', async () => {
    await putPeriod('killed', 2_000);
    const workerBefore = stack.workers[0];
    const begun = call('anne', 'POST', drafts('killed'), { plugin: 'approved.all' }, 'create').catch(() => null);
    await waitUntil(async () => (await call('anne', 'GET', drafts('killed'))).body['items'] !== undefined, {
      what: 'the API',
      timeoutMs: 10_000,
    });
    await workerBefore?.kill();
    await stack.addWorker();
    await begun;
    const isReady = async (): Promise<boolean> => {
      const again = await call('anne', 'POST', drafts('killed'), { plugin: 'approved.all' }, 'create');
      const { draftId } = again.body;
      return (await call('anne', 'GET', `${drafts('killed')}/${String(draftId)}`)).body['state'] === 'ready';
    };
    await waitUntil(isReady, { what: 'the preview', timeoutMs: 90_000, intervalMs: 500 });
    const items = (await call('anne', 'GET', drafts('killed'))).body['items'] as { draftId: string }[];
    expect(items).toHaveLength(1);
    const url = `${drafts('killed')}/${items[0]?.draftId}/save`;
    const saving = call('anne', 'POST', url, { status: 'ready' }, 'save').catch(() => null);
    await stack.workers.at(-1)?.kill();
    await stack.addWorker();
    await saving;
    const isSaved = async (): Promise<boolean> =>
      (await call('anne', 'POST', url, { status: 'ready' }, 'save')).status === 201;
    await waitUntil(isSaved, { what: 'the save', timeoutMs: 90_000, intervalMs: 500 });
    const history = (await call('anne', 'GET', '/periods/killed/qualification/history')).body['items'];
    expect(history).toMatchObject([{ seq: 1, counts: { qualify: 1_333 } }]);
  });
});
