import { OPERATIONS } from '../../api/openapi/operations';
import { ApiFixture, OPERATOR } from '../support/api-fixture';
import { parseExposition } from '../support/exposition';

let api: ApiFixture;

beforeAll(async () => {
  api = await ApiFixture.start({ INVIGIL_TEST_CLOCK: '1' });
});

afterAll(() => api.stop());

interface Operation {
  responses: Record<string, unknown>;
}

test('The process is healthy without a token.', async () => {
  expect(await api.send({ method: 'GET', url: '/healthz' })).toMatchObject({ status: 200, body: { status: 'ok' } });
});

test('It is ready only while database and Temporal answer, and gives the reason.', async () => {
  const names = ['database', 'migrations', 'temporal', 'searchAttributes', 'plugins'];
  const checks = Object.fromEntries(names.map((name) => [name, 'ok']));
  expect(await api.send({ method: 'GET', url: '/readyz' })).toMatchObject({
    status: 200,
    body: { status: 'ok', checks, problems: {} },
  });
  api.gateway.isUp = false;
  const answer = await api.send({ method: 'GET', url: '/readyz' });
  api.gateway.isUp = true;
  expect(answer).toMatchObject({
    status: 503,
    body: {
      status: 'down',
      checks: { ...checks, temporal: 'down' },
      problems: { temporal: 'Temporal cannot be reached.' },
    },
  });
});

test('Metrics count requests by route pattern, in the format Prometheus reads.', async () => {
  await api.call(OPERATOR, 'GET', '/v1/attempts/SOME-CODE');
  const { text, headers } = await api.send({ method: 'GET', url: '/metrics' });
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  const families = parseExposition(text);
  const labels = { method: 'GET', route: '/v1/attempts/:attemptCode' };
  expect(families.get('invigil_http_requests_total')).toMatchObject({
    type: 'counter',
    samples: expect.arrayContaining([
      { name: 'invigil_http_requests_total', labels: { ...labels, status: '404' }, value: 1 },
    ]) as unknown,
  });
  const name = 'invigil_http_request_duration_seconds_count';
  expect(families.get('invigil_http_request_duration_seconds')?.samples).toContainEqual({ name, labels, value: 1 });
  expect(families.get('process_resident_memory_bytes')?.samples).toHaveLength(1);
  expect(families.get('invigil_database_pool_max')?.samples).toMatchObject([{ labels: { pool: 'main' }, value: 4 }]);
  expect(families.get('invigil_database_up')?.samples).toMatchObject([{ value: 1 }]);
});

test('The OpenAPI document lists every route under /v1, and each names its problems.', async () => {
  const { body } = await api.send({ method: 'GET', url: '/openapi.json' });
  const paths = body['paths'] as Record<string, Record<string, Operation>>;
  const documented = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.filter((entry) => entry.includes('/v1/')).sort()).toEqual(ROUTES);
  for (const [path, operations] of Object.entries(paths).filter(([path]) => path.startsWith('/v1/'))) {
    for (const operation of Object.values(operations)) {
      expect([path, Object.keys(operation.responses)]).toEqual([path, expect.arrayContaining(['4XX', '5XX'])]);
    }
  }
});

/** What the contract names, in the document's spelling. */
const ROUTES = Object.keys(OPERATIONS)
  .filter((route) => route.includes(' /v1/'))
  .map((route) => route.replace(/:(\w+)/g, '{$1}'))
  .sort();
