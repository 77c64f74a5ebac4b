import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatorClient } from '../../../dev/simulator/client';
import { Simulator } from '../../../dev/simulator/simulator';
import { waitUntil } from '../../../dev/wait-until';

const folder = mkdtempSync(join(tmpdir(), 'invigil-simulator-'));
const logFile = join(folder, 'log.ndjson');
let simulator: Simulator;
beforeEach(async () => {
  simulator = new Simulator({ logFile, requireToken: false, keep: 4 });
  await simulator.start();
});
afterEach(() => simulator.stop());
afterAll(() => rmSync(folder, { recursive: true }));

async function send(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${simulator.urls.base}${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, body: await answer.json() };
}

it('steers faults over HTTP and counts them down', async () => {
  await send('PUT', '/_sim/faults/courses', { status: 503, remaining: 2 });
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await send('GET', '/api/courses/v1/courses/c1/')).status);
  expect(statuses).toEqual([503, 503, 200]);
  expect(await send('DELETE', '/_sim/faults')).toEqual({ status: 200, body: {} });
});

it('holds requests until the fault is cleared', async () => {
  await send('PUT', '/_sim/faults/courses', { hang: true });
  const held = send('GET', '/api/courses/v1/courses/c1/');
  const isHeld = (): boolean => simulator.journal.log({ service: 'courses' }).length > 0;
  await waitUntil(isHeld, { what: 'the request', timeoutMs: 5_000, intervalMs: 5 });
  expect(simulator.journal.log({ courseId: 'c1' })).toMatchObject([{ phase: 'received', status: null }]);
  await send('DELETE', '/_sim/faults/courses');
  expect(await held).toMatchObject({ status: 200 });
});

it('counts requests by service, those included that it no longer remembers, until the log is cleared', async () => {
  for (let n = 0; n < 9; n += 1) await send('GET', `/api/courses/v1/courses/c${n}/`);
  expect(simulator.journal.log()).toHaveLength(4);
  expect((await send('GET', '/_sim/counts')).body).toEqual({ courses: 9 });
  await send('DELETE', '/_sim/log');
  expect((await send('GET', '/_sim/counts')).body).toEqual({});
});

it('knows a fault of each service, and refuses one that nothing would ever meet', async () => {
  for (const service of ['credit', 'mail', 'token', 'provider', 'provider:rest', 'channel', 'channel:lrs', '*'])
    expect(await send('PUT', `/_sim/faults/${encodeURIComponent(service)}`, { outage: true })).toMatchObject({
      status: 200,
    });
  await send('DELETE', '/_sim/faults');
  for (const service of ['nosuch', 'channel:nosuch', 'provider:', 'Credit', ''])
    expect(await send('PUT', `/_sim/faults/${encodeURIComponent(service)}`, { outage: true })).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/^There is no service .* There are: credit grades/) as string },
    });
  expect(await send('GET', '/_sim/faults')).toEqual({ status: 200, body: {} });
});

it('refuses malformed settings and unknown controls', async () => {
  expect(await send('PUT', '/_sim/faults/credit', { outtage: true })).toMatchObject({ status: 400 });
  expect(await send('PUT', '/_sim/answers/weather', {})).toMatchObject({ status: 400 });
  expect(await send('GET', '/_sim/log?since=yesterday')).toMatchObject({ status: 400 });
  expect(await send('GET', '/_sim/nothing')).toMatchObject({ status: 404 });
});

it('takes answers over HTTP', async () => {
  await send('PUT', '/_sim/answers/course-name', { courseId: 'c1', name: 'Oracle Course' });
  expect(await send('GET', '/api/credit/v1/state?userId=u1&courseId=c1')).toEqual({
    status: 200,
    body: { userId: 'u1', courseId: 'c1', course_name: 'Oracle Course' },
  });
});

it('logs arrival, effect and answer as lines, keeps the newest entries and filters them', async () => {
  const body = { userId: 'u1', courseId: 'c9', contentId: 'e1' };
  await send('PUT', '/api/instructor/v1/complete', body);
  for (let i = 0; i < 8; i++) await send('GET', `/api/courses/v1/courses/c${i}/`);
  expect(simulator.journal.log()).toHaveLength(4);
  expect(await send('GET', '/_sim/log?courseId=c7')).toMatchObject({
    body: { items: [{ service: 'courses', status: 200 }] },
  });
  expect(await send('GET', '/_sim/applied?userId=u1')).toMatchObject({
    body: { items: [{ effect: 'instructor.complete', ...body }] },
  });
  await simulator.stop();
  const lines = readFileSync(logFile, 'utf8').trim().split('\n');
  const phases = lines
    .map((line) => JSON.parse(line) as { phase: string; courseId?: string })
    .filter((line) => line.courseId === 'c9');
  expect(phases.map((line) => line.phase)).toEqual(['received', 'applied', 'answered']);
  simulator = new Simulator({ requireToken: false });
  await simulator.start();
});

it('asks for the fields of a request', async () => {
  expect(await send('PUT', '/api/instructor/v1/complete', { userId: 'u1' })).toEqual({
    status: 400,
    body: { error_code: 'missing: courseId, contentId' },
  });
});

describe('the client of the control API', () => {
  let client: SimulatorClient;

  beforeEach(() => {
    client = new SimulatorClient(simulator.urls.base);
  });

  it('sets faults and clears one of them or all', async () => {
    await client.faults.set('provider:software_secure', { status: 503 });
    await client.faults.set('credit', { outage: true });
    await client.faults.clear('credit');
    expect(simulator.faults.list()).toEqual({ 'provider:software_secure': { status: 503 } });
    await client.faults.clear();
    expect(simulator.faults.list()).toEqual({});
  });

  it('reads requests and effects of a course or a service, and since a moment', async () => {
    await send('PUT', '/api/instructor/v1/complete', { userId: 'u1', courseId: 'c/9', contentId: 'e1' });
    await send('GET', '/api/courses/v1/courses/c1/');
    const [first] = await client.log({ courseId: 'c/9' });
    expect(first).toMatchObject({ service: 'instructor', phase: 'answered' });
    expect(await client.log({ since: first?.seq ?? 0 })).toMatchObject([{ service: 'courses' }]);
    expect(await client.applied({ service: 'instructor' })).toMatchObject([{ effect: 'instructor.complete' }]);
    expect(await client.counts()).toEqual({ instructor: 1, courses: 1 });
    await client.forgetLog();
    expect(await client.log()).toEqual([]);
  });

  it('says how a channel behaves and what it took', async () => {
    const channel = client.channel('lrs');
    await channel.set({ busyEvery: 3 });
    simulator.channels.state('lrs').count('ann', 'c1', 'accepted');
    expect(simulator.channels.state('lrs').settings.busyEvery).toBe(3);
    expect(await channel.records()).toMatchObject([{ learner: 'ann', accepted: 1 }]);
    expect(await channel.totals()).toMatchObject({ learners: 1, accepted: 1, doubled: 0 });
    expect(await channel.requests()).toEqual([]);
    await channel.clear();
    expect(await channel.records()).toEqual([]);
    expect(simulator.channels.state('lrs').settings.busyEvery).toBe(0);
  });

  it('throws with the reason when the simulator refuses', async () => {
    await expect(client.send('PUT', 'answers/weather', {})).rejects.toThrow(/400 to PUT answers\/weather: .*topic/);
  });
});
