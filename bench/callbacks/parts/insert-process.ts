import Fastify from 'fastify';
import { Pool } from 'pg';
import { readSettings } from '../../../config/settings';

interface Body {
  examMetaData: { examCode: string };
}

const INSERT = 'insert into bench_callbacks (attempt_code, body, received_at) values ($1, $2, $3) returning id';

/** The least that keeps a callback: a bare Fastify, one prepared INSERT, a pool of the same size. Nothing is checked. */
async function main(): Promise<void> {
  const settings = readSettings();
  const pool = new Pool({ connectionString: settings.databaseUrl, max: settings.databasePoolMax });
  const app = Fastify();
  app.get('/healthz', () => ({ status: 'ok' }));
  app.post<{ Body: Body }>('/v1/providers/bench/reviews', async ({ body }, reply) => {
    const attemptCode = body.examMetaData.examCode;
    await pool.query({ name: 'insert', text: INSERT, values: [attemptCode, JSON.stringify(body), new Date()] });
    return reply.code(202).send({ attemptCode, state: 'received' });
  });
  await app.listen({ host: settings.host, port: settings.port });
  process.once('SIGTERM', () => process.exit(0));
}

void main();
