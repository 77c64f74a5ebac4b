import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../../api/app';
import { readSettings } from '../../../config/settings';
import { RecordingGateway } from '../../support/recording-gateway';
import { cloneDatabase, type TestDatabase } from '../../support/test-database';

const lines: Record<string, unknown>[] = [];
const stream = new Writable({
  write(chunk: Buffer, _encoding, done) {
    lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
    done();
  },
});

let database: TestDatabase;
let app: FastifyInstance;

beforeAll(async () => {
  database = await cloneDatabase();
  const settings = readSettings({ DATABASE_URL: database.url });
  app = await buildApp({ settings, knex: database.db, temporal: new RecordingGateway(), logger: { stream } });
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

describe('What the API refuses', () => {
  it.each([
    ['an unknown address', 'GET', '/v1/nowhere', {}, 'not-found'],
    ['a call without a token', 'GET', '/v1/attempts', {}, 'unauthenticated'],
    ['a body it cannot read', 'POST', '/v1/providers/psi/reviews', { body: '{' }, 'bad-request'],
  ])('is in its log with the code of the answer: %s', async (_, method, url, { body }: { body?: string }, code) => {
    lines.length = 0;
    const headers = { 'content-type': 'application/json' };
    const answer = await app.inject({ method: method as 'GET', url, headers, ...(body ? { payload: body } : {}) });
    expect(answer.json()).toMatchObject({ code });
    expect(lines).toContainEqual(expect.objectContaining({ code, reqId: answer.headers['x-request-id'] }));
  });
});
