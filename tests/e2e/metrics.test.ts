import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { signDevToken } from '../../config/dev-key';
import { ApiClient } from '../../dev/api-client';
import { answersOk } from '../../dev/children';
import { attemptPath, createAttempt, createExam, putCourse, putLearner } from '../../dev/course-set-up';
import { freePort } from '../../dev/ports';
import { SimulatorClient } from '../../dev/simulator/client';
import { type Stack, startStack } from '../../dev/stack';
import { typescriptChild } from '../../dev/stack-children';
import { waitUntil } from '../../dev/wait-until';
import { readAlerts, seriesIn } from '../support/alerts';
import { type MetricFamily, parseExposition } from '../support/exposition';
import { newNamespace } from '../support/namespace';

jest.setTimeout(180_000);

const SCOPE = 'exams:read exams:write learners:write attempts:read attempts:write ops:act';
const COURSE = 'course-measured';

let stack: Stack;
let api: ApiClient;
let simulator: SimulatorClient;

beforeAll(async () => {
  stack = await startStack({ ignoreExternal: true, env: { EFFECT_RETRY_INITIAL_MS: '500', RELAY_INTERVAL_MS: '500' } });
  api = new ApiClient(stack.urls.api, await signDevToken(stack.devKeyFile, { sub: 'operator', scope: SCOPE }));
  simulator = new SimulatorClient(stack.urls.simulator);
  await putCourse(api, COURSE);
  await putLearner(api, 'ann');
});

afterAll(() => stack.stop());

type Families = Map<string, MetricFamily>;

async function textOf(base: string): Promise<string> {
  const response = await fetch(`${base}/metrics`);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  return response.text();
}

async function scrape(): Promise<{ api: Families; worker: Families }> {
  const [ofApi, ofWorker] = await Promise.all([textOf(stack.urls.api), textOf(stack.urls.workerHealth)]);
  return { api: parseExposition(ofApi), worker: parseExposition(ofWorker) };
}

function valueOf(families: Families, name: string, labels: Record<string, string> = {}): number | undefined {
  const wanted = Object.entries(labels);
  return families.get(name)?.samples.find((sample) => wanted.every(([label, value]) => sample.labels[label] === value))
    ?.value;
}

/** What a query for this series would find: histograms by the names of their samples. */
function queryable(families: Families): Set<string> {
  const named = [...families.values()].flatMap(({ name, samples }) => [name, ...samples.map((sample) => sample.name)]);
  return new Set(named);
}

test('What waits is the same on API and worker, and goes when it is done.', async () => {
  await simulator.faults.set('credit', { outage: true });
  const { examId } = await createExam(api, COURSE, { isProctored: true });
  const { attemptCode } = await createAttempt(api, examId, 'ann');
  for (const status of ['started', 'submitted']) await api.patch(attemptPath(attemptCode), { status });
  const until = (what: string, holds: (families: Families) => boolean): Promise<void> =>
    waitUntil(async () => Object.values(await scrape()).every(holds), { what, timeoutMs: 60_000, intervalMs: 500 });
  const credit = { service: 'credit' };
  await until('an effect that is due', (families) => (valueOf(families, 'invigil_effects_due', credit) ?? 0) > 0);
  await until(
    'a review that is awaited',
    (families) => valueOf(families, 'invigil_attempts', { phase: 'awaiting_review' }) === 1,
  );
  await simulator.faults.clear('credit');
  await until('nothing due', (families) => valueOf(families, 'invigil_effects_due', credit) === 0);
});

test('The worker tells what the SDK measures, its relay and its pools.', async () => {
  const { worker } = await scrape();
  const late = worker.get('temporal_workflow_task_schedule_to_start_latency_seconds');
  expect(late?.samples.some(({ labels, value }) => labels['task_queue'] === 'attempts' && value > 0)).toBe(true);
  expect(
    valueOf(worker, 'temporal_num_pollers', { task_queue: 'exports', poller_type: 'workflow_task' }),
  ).toBeGreaterThan(0);
  expect(valueOf(worker, 'invigil_relay_looks_total', { result: 'ok' })).toBeGreaterThan(0);
  expect(valueOf(worker, 'invigil_database_pool_max', { pool: 'exports' })).toBe(4);
  expect(valueOf(worker, 'invigil_channels_paused')).toBe(0);
});

test('Every series an alert asks for is there.', async () => {
  const { api: ofApi, worker } = await scrape();
  const there = new Set([...queryable(ofApi), ...queryable(worker)]);
  const missing = readAlerts().flatMap(({ alert, expr }) =>
    seriesIn(expr)
      .filter((name) => !there.has(name))
      .map((name) => `${alert}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test('The operations page lists every series of ours, and no other.', async () => {
  const { api: ofApi, worker } = await scrape();
  const ours = [...new Set([...ofApi.keys(), ...worker.keys()])].filter((name) => name.startsWith('invigil_'));
  const page = readFileSync(resolve(__dirname, '../../docs/operations.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `(invigil_\w+)/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual(ours.sort());
});

test('A worker answers for its health as the API does.', async () => {
  const get = async (path: string): Promise<[number, unknown]> => {
    const response = await fetch(`${stack.urls.workerHealth}${path}`);
    return [response.status, await response.json()];
  };
  const queues = ['worker', 'exports', 'qualification'];
  const names = [...queues, 'database', 'migrations', 'temporal', 'searchAttributes', 'plugins'];
  const checks = Object.fromEntries(names.map((name) => [name, 'ok']));
  expect(await get('/healthz')).toEqual([200, { status: 'ok' }]);
  expect(await get('/readyz?verbose=1')).toEqual([200, { status: 'ok', checks, problems: {} }]);
  for (const path of ['/other', '//', '/%zz']) expect(await get(path)).toMatchObject([404, { status: 'unknown path' }]);
});

test('A worker in a namespace without search attributes runs and is not ready, and says what to do.', async () => {
  const namespace = await newNamespace(stack.temporal?.address ?? '', {});
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { ...stack.env, TEMPORAL_NAMESPACE: namespace, WORKER_HEALTH_PORT: String(port) };
  const lost = typescriptChild('worker-lost', ['worker/main.ts'], env, `${url}/healthz`, { logDir: stack.logDir });
  await lost.start();
  try {
    await expect(answersOk(`${url}/readyz`)).resolves.toBe(false);
    const { problems } = (await (await fetch(`${url}/readyz`)).json()) as { problems: Record<string, string> };
    expect(problems['searchAttributes']).toContain(
      `search-attribute create --namespace ${namespace} --name ExamCourseId`,
    );
  } finally {
    await lost.stop();
  }
});

const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;
if (!hasPromtool) console.info('promtool is not on PATH: Prometheus itself does not check the metrics.');
(hasPromtool ? test : test.skip)('Prometheus’ own check has nothing to say about either.', async () => {
  for (const base of [stack.urls.api, stack.urls.workerHealth]) {
    const input = await textOf(base);
    const { status, stderr, stdout } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
    expect([base, status, `${stdout}${stderr}`]).toEqual([base, 0, '']);
  }
});
