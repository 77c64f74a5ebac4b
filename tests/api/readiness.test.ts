import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../api/app';
import { connectTemporal, type TemporalGateway } from '../../clients/temporal/attempts';
import { readSettings } from '../../config/settings';
import { connectDatabase } from '../../db/core/connect';
import { OfferedPlugins } from '../../db/health/plugins-check';
import { SHIPPED_PLUGINS } from '../../domain/qualification/plugins/shipped';
import { parseExposition } from '../support/exposition';
import { addSearchAttributes, newNamespace } from '../support/namespace';
import { cloneDatabase, emptyDatabase, type TestDatabase } from '../support/test-database';

const ADDRESS = process.env['TEST_TEMPORAL_ADDRESS'] ?? '';

let database: TestDatabase;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  database = await cloneDatabase();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => database.drop());

interface Answer {
  status: number;
  body: { status: string; checks: Record<string, string>; problems: Record<string, string> };
}

/** The real application with a real database and the real gateway. */
async function anApi(namespace: string, given: { address?: string; url?: string } = {}): Promise<FastifyInstance> {
  const { address = ADDRESS, url = database.url } = given;
  const temporal: TemporalGateway = connectTemporal({ address, namespace });
  const knex = connectDatabase({ url, poolMax: 2 });
  const app = await buildApp({ settings: readSettings({ DATABASE_URL: url }), knex, temporal });
  closing.push(
    () => knex.destroy(),
    () => temporal.close(),
    () => app.close(),
  );
  return app;
}

async function readyz(app: FastifyInstance): Promise<Answer> {
  const { statusCode, json } = await app.inject({ method: 'GET', url: '/readyz' });
  return { status: statusCode, body: json<Answer['body']>() };
}

test('A namespace with all search attributes is ready.', async () => {
  const app = await anApi(await newNamespace(ADDRESS));
  expect(await readyz(app)).toMatchObject({ status: 200, body: { status: 'ok', problems: {} } });
});

test('A namespace without search attributes is not ready; the answer names them and the command that makes them, which does.', async () => {
  const namespace = await newNamespace(ADDRESS, {});
  const app = await anApi(namespace);
  const { status, body } = await readyz(app);
  expect(status).toBe(503);
  expect(body.checks).toEqual({
    database: 'ok',
    migrations: 'ok',
    temporal: 'ok',
    searchAttributes: 'down',
    plugins: 'ok',
  });
  const command = `temporal operator search-attribute create --namespace ${namespace} --name ExamCourseId --type Keyword`;
  expect(body.problems['searchAttributes']).toContain(command);
  expect(body.problems['searchAttributes']).toContain('--name ReviewDueAt --type Datetime');
  await addSearchAttributes(ADDRESS, namespace);
  expect(await readyz(app)).toMatchObject({ status: 200 });
});

test('A search attribute of another type is named with the type it should have.', async () => {
  const types = { ExamId: 'INT', ReviewDueAt: 'KEYWORD' } as const;
  const { status, body } = await readyz(await anApi(await newNamespace(ADDRESS, types)));
  expect(status).toBe(503);
  expect(body.problems['searchAttributes']).toContain('ExamId (Keyword), ReviewDueAt (Datetime)');
  expect(body.problems['searchAttributes']).not.toContain('--name ExamId ');
});

test('A namespace that does not exist is said to be missing.', async () => {
  const { status, body } = await readyz(await anApi('nowhere'));
  expect(status).toBe(503);
  expect(body.problems).toEqual({ searchAttributes: 'Temporal has no namespace nowhere.' });
});

test('Without Temporal the API is not ready, and says so within seconds.', async () => {
  const { status, body } = await readyz(await anApi('default', { address: '127.0.0.1:1' }));
  expect(status).toBe(503);
  expect(body.checks).toMatchObject({ database: 'ok', temporal: 'down', searchAttributes: 'down' });
  expect(body.problems['temporal']).toBe('Temporal cannot be reached.');
});

test('A database that takes no writes is not ready, though it answers.', async () => {
  const readOnly = await cloneDatabase();
  closing.push(() => readOnly.drop());
  await readOnly.db.raw(
    `alter database ${new URL(readOnly.url).pathname.slice(1)} set default_transaction_read_only = on`,
  );
  const { status, body } = await readyz(await anApi(await newNamespace(ADDRESS), { url: readOnly.url }));
  expect(status).toBe(503);
  expect(body.problems).toEqual({ database: 'The database is read only.' });
});

test('A database without our migrations is not ready, and they are named.', async () => {
  const empty = await emptyDatabase();
  closing.push(() => empty.drop());
  const { status, body } = await readyz(await anApi(await newNamespace(ADDRESS), { url: empty.url }));
  expect(status).toBe(503);
  expect(body.checks).toMatchObject({ database: 'ok', migrations: 'down' });
  expect(body.problems['migrations']).toMatch(/lacks the migrations 0001-configuration, .*run invigil migrate/);
});

test('While the database is down, the answer and the metrics still come, without its address or user.', async () => {
  const gone = await cloneDatabase();
  closing.push(() => gone.drop());
  const app = await anApi(await newNamespace(ADDRESS), { url: gone.url });
  await gone.allowConnections(false);
  const { status, body } = await readyz(app);
  expect(status).toBe(503);
  expect(body.checks).toMatchObject({ database: 'down', migrations: 'down', temporal: 'ok' });
  expect(JSON.stringify(body)).not.toContain(new URL(gone.url).pathname.slice(1));
  const { statusCode, body: text } = await app.inject({ method: 'GET', url: '/metrics' });
  const families = parseExposition(text);
  expect([statusCode, families.get('invigil_database_up')?.samples]).toMatchObject([200, [{ value: 0 }]]);
  expect(families.get('invigil_effects_due')?.samples).toEqual([]);
  expect(families.get('process_resident_memory_bytes')?.samples).toHaveLength(1);
});

test('Rules that no living worker has in the same versions make the API not ready, and the answer names both.', async () => {
  const app = await anApi(await newNamespace(ADDRESS));
  const [all, other] = [SHIPPED_PLUGINS, [{ id: 'points', version: 2 }]];
  await new OfferedPlugins(database.db, 'worker', other).announce();
  const refused = await readyz(app);
  expect([refused.status, refused.body.checks['plugins']]).toEqual([503, 'down']);
  expect(refused.body.problems['plugins']).toMatch(
    /^The API has the plugins approved\.all 1, .*; the workers: points 2\.$/,
  );
  await expect(new OfferedPlugins(database.db, 'worker', other).check()).rejects.toThrow(
    'This worker has the plugins points 2',
  );
  const equal = new OfferedPlugins(database.db, 'worker', all);
  await equal.announce();
  expect((await readyz(app)).body.checks['plugins']).toBe('ok');
  await database.db('qualification_plugin_offers').where({ role: 'worker', plugins: 'points 2' }).delete();
  await expect(equal.check()).resolves.toBeUndefined();
  const longAgo = new Date(Date.now() - 180_000);
  await database
    .db('qualification_plugin_offers')
    .where({ role: 'worker' })
    .update({ plugins: 'points 2', seen_at: longAgo });
  expect((await readyz(app)).body.checks['plugins']).toBe('ok');
});
