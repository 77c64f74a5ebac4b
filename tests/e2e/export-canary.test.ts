import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { type ExportAddress, followExport } from '../../cli/export/follower';
import { signDevToken } from '../../config/dev-key';
import type { ExportAnswer } from '../../contracts/http/exports';
import { ApiClient, type ApiRequest } from '../../dev/api-client';
import { channelBody, enrolledLearner, simulatedSetup } from '../../dev/customer-set-up';
import { SimulatorClient } from '../../dev/simulator/client';
import { type Stack, startStack } from '../../dev/stack';
import { everythingIn } from '../support/database-text';

jest.setTimeout(180_000);

const mark = (what: string): string => `canary${what}${randomBytes(8).toString('hex')}`;
const NAME = mark('name');
const MAIL = `${mark('mail')}@example.org`;
const [SECRET, SESSION] = [mark('secret'), mark('session')];
const CUSTOMER = 'watched';
const RUN = 'course-v1:Canary+1+2026';
const USUAL_TOTALS = ['sent', 'quarantined', 'failed'] as const;

let stack: Stack;
let token: string;
let api: ApiClient;
/** Everything the API has answered. */
const answers: string[] = [];

beforeAll(async () => {
  const env = { LOG_LEVEL: 'trace', EXPORT_SEND_TRIES: '2', EXPORT_LOOKUP_TRIES: '2', EXPORT_RETRY_MS: '50' };
  stack = await startStack({ env });
  token = await signDevToken(stack.devKeyFile, { sub: 'exporter', scope: 'exports:read exports:write' });
  api = new ApiClient(stack.urls.api, token);
});
afterAll(() => stack.stop());

async function call(
  method: ApiRequest['method'],
  path: string,
  body?: object | string,
  accept?: string,
): Promise<string> {
  const more = { ...(body === undefined ? {} : { body }), ...(accept === undefined ? {} : { accept }) };
  const { status, headers, text } = await api.request({ method, path, ...more });
  answers.push(`${status} ${JSON.stringify(headers)} ${text}`);
  if (status > 299) throw new Error(`${method} ${path}: ${status}`);
  return text;
}

/** Names and addresses of four learners carry the mark; each meets another end. */
async function setUp(): Promise<void> {
  await call('PUT', `/customers/${CUSTOMER}`, { name: 'Watched', slug: 'watched' });
  for (const kind of ['SAP', 'XAPI', 'DEGREED2'] as const) {
    const { credentials } = simulatedSetup(kind, SECRET);
    const body = channelBody(kind, stack.urls.simulator, { credentials });
    await call('PUT', `/customers/${CUSTOMER}/channels/${kind}`, body);
  }
  await call('PUT', `/customers/${CUSTOMER}/channels/CSOD`, { kind: 'CSOD', dryRun: true });
  const lines = [1, 2, 3, 4].flatMap((n) => [
    ...enrolledLearner(
      { enrollmentId: n, courseRunId: RUN, granted: n !== 4 },
      { userId: `u${n}`, username: `${NAME}${n}`, email: `${n}${MAIL}`, remoteId: `r${n}` },
    ),
    {
      kind: 'clickThrough',
      userId: `u${n}`,
      courseKey: 'Canary+1',
      userGuid: `g${n}`,
      subdomain: 's',
      sessionToken: SESSION,
      callbackUrl: '/cb',
    },
  ]);
  await call('POST', `/customers/${CUSTOMER}/import`, lines.map((line) => JSON.stringify(line)).join('\n'));
}

/** Starts an export, watches it by its events, and reads its records in every form. */
async function exported(channel: string, more: object = {}): Promise<ExportAnswer> {
  const path = `/customers/${CUSTOMER}/channels/${channel}/exports`;
  const { exportId } = JSON.parse(await call('POST', path, { level: 'completion', ...more })) as ExportAnswer;
  const target: ExportAddress = { url: stack.urls.api, token, exportId };
  const final = await followExport(target, (seen) => answers.push(JSON.stringify(seen)));
  for (const accept of ['application/json', 'application/x-ndjson', 'text/csv']) {
    await call('GET', `/exports/${exportId}/records`, undefined, accept);
  }
  return final;
}

async function whatTemporalKnows(): Promise<{ workflows: number; text: string }> {
  const address = stack.temporal?.address ?? '';
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const texts: string[] = [];
  try {
    for await (const { workflowId, runId, searchAttributes, memo } of client.workflow.list()) {
      const handle = client.workflow.getHandle(workflowId, runId);
      texts.push(
        [await handle.fetchHistory(), (await handle.describe()).raw, searchAttributes, memo].map(readable).join('\n'),
      );
    }
  } finally {
    await connection.close();
  }
  return { workflows: texts.length, text: texts.join('\n') };
}

/** Payloads are bytes: shown as the text they hold. */
function readable(message: unknown): string {
  return JSON.stringify(message ?? null, (_name, value: unknown) => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
    return typeof value === 'bigint' ? String(value) : value;
  });
}

/** What our processes and the servers beneath them wrote; the simulator is the world outside. */
function logs(): string {
  const names = readdirSync(stack.logDir).filter((name) => !name.startsWith('simulator'));
  return names.map((name) => readFileSync(join(stack.logDir, name), 'utf8')).join('\n');
}

async function metrics(): Promise<string> {
  const urls = [`${stack.urls.api}/metrics`, `${stack.urls.workerHealth}/metrics`];
  return (await Promise.all(urls.map(async (url) => (await fetch(url)).text()))).join('\n');
}

/** As it is, as a query or a header would have it. */
function spellings(text: string): string[] {
  const base64 = Buffer.from(`k${text}:${text}`).toString('base64').slice(0, 24);
  return [text, encodeURIComponent(text), Buffer.from(text).toString('base64').slice(0, 20), base64];
}

test('Exports that succeed, fail and are refused leave no name, address or credential in logs, Temporal or unrelated tables.', async () => {
  const simulator = new SimulatorClient(stack.urls.simulator);
  await setUp();
  await simulator.channel('lrs').set({ poison: [`2${MAIL}`] });
  const failing = { courseId: RUN, username: `${NAME}3`, status: 500, body: { error: `${NAME}3` } };
  await simulator.answer('learner-data', { what: 'grade', ...failing });
  const course = { courseId: RUN, body: { name: 'Canary', pacing: 'self', end: null } };
  await simulator.answer('learner-data', { what: 'course', ...course });
  const exportedXapi = await exported('XAPI');
  expect(USUAL_TOTALS.map((outcome) => exportedXapi.totals[outcome])).toEqual([1, 1, 1]);
  const one = { learnerId: 'u1', courseRunId: RUN, grade: 'Fail', isPassing: false, skipTransmitted: false };
  expect(await exported('XAPI', one)).toMatchObject({ status: 'completed', totals: { sent: 1 } });
  expect(await exported('SAP', { dryRun: true })).toMatchObject({ totals: { sent: 2 } });
  await simulator.channel('sap').set({ refuseClient: true });
  expect(await exported('SAP')).toMatchObject({ status: 'channel-stopped', totals: { sent: 0 } });
  await simulator.channel('degreed2').set({ malformedToken: true });
  expect(await exported('DEGREED2')).toMatchObject({ totals: { sent: 0 } });
  expect(await exported('CSOD')).toMatchObject({ dryRun: true, totals: { sent: 2 } });
  for (const path of ['channels', 'transmissions']) await call('GET', `/customers/${CUSTOMER}/${path}`);
  await call('GET', `/exports?customerId=${CUSTOMER}`);

  const temporal = await whatTemporalKnows();
  const kept = { logs: logs(), metrics: await metrics(), temporal: temporal.text };
  expect(temporal.workflows).toBeGreaterThanOrEqual(6);
  for (const [where, word] of [
    ['logs', CUSTOMER],
    ['metrics', 'invigil_'],
    ['temporal', CUSTOMER],
  ] as const) {
    expect(kept[where]).toContain(word);
  }
  const given = { answers: answers.join('\n'), dump: await everythingIn(stack.env['DATABASE_URL'] ?? '') };
  expect(given.dump).toContain(NAME);
  const leaks = (outputs: Record<string, string>, marks: readonly string[]): string[] =>
    Object.entries(outputs).flatMap(([where, text]) =>
      marks.filter((one) => text.includes(one)).map((one) => `${where}: ${one}`),
    );
  expect(leaks(kept, [NAME, MAIL].flatMap(spellings))).toEqual([]);
  expect(leaks({ ...kept, ...given }, [SECRET, SESSION].flatMap(spellings))).toEqual([]);
});
