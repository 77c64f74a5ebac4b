import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../../api/app';
import { readSettings } from '../../../config/settings';
import { connectDatabase } from '../../../db/core/connect';
import { RecordingGateway } from '../../support/recording-gateway';

const settings = readSettings({ DATABASE_URL: 'postgres://127.0.0.1/none' });
const knex = connectDatabase({ url: settings.databaseUrl, poolMax: 1 });
let app: FastifyInstance;

beforeAll(async () => {
  app = await buildApp({ settings, knex, temporal: new RecordingGateway() });
});
afterAll(async () => {
  await app.close();
  await knex.destroy();
});

it.each([
  ['data', 'GET', '/openapi.json', 200],
  ['a refusal', 'GET', '/v1/attempts', 401],
  ['an address that is none', 'GET', '/nowhere', 404],
  ['a body nobody can read', 'POST', '/v1/providers/psi/reviews', 400],
  ['an address that cannot be decoded', 'GET', '/v1/exams/%', 400],
] as const)('An answer with %s is neither guessed at, kept, nor run.', async (_, method, url, status) => {
  const body = method === 'POST' ? { payload: '{', headers: { 'content-type': 'application/json' } } : {};
  const { statusCode, headers } = await app.inject({ method, url, ...body });
  expect([statusCode, headers['x-content-type-options'], headers['cache-control']]).toEqual([
    status,
    'nosniff',
    'no-store',
  ]);
  expect(headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
});

it.each(['/docs/', '/docs/errors'])('The page %s runs scripts of this service only.', async (url) => {
  const { statusCode, headers } = await app.inject({ method: 'GET', url });
  expect(statusCode).toBe(200);
  expect(headers['content-security-policy']).toMatch(/^default-src 'self';.* frame-ancestors 'none'$/);
  expect(headers['x-content-type-options']).toBe('nosniff');
});
