import { Type } from '@sinclair/typebox';
import fastifyPlugin from 'fastify-plugin';
import { closed } from '../../contracts/http/common';
import type { ApiDependencies } from '../context';

const Health = closed({ status: Type.Literal('ok') });
const State = Type.Union([Type.Literal('ok'), Type.Literal('down')]);
const Readiness = closed({ status: State, checks: closed({ database: State, temporal: State }) });

/** How long a dependency may take before it counts as down. */
const PATIENCE_MS = 2_000;

/** /healthz says the process lives; /readyz whether it can do all of its work. Both are open to anybody. */
export const healthPlugin = fastifyPlugin<Pick<ApiDependencies, 'knex' | 'temporal'>>(
  async (app, { knex, temporal }) => {
    const open = { tags: ['service'], security: [] };
    const logLevel = 'warn';
    app.get('/healthz', { logLevel, schema: { ...open, response: { 200: Health } } }, async () => ({
      status: 'ok' as const,
    }));
    app.get(
      '/readyz',
      { logLevel, schema: { ...open, response: { 200: Readiness, 503: Readiness } } },
      async (_request, reply) => {
        const [database, workflows] = await Promise.all([
          stateOf(() => knex.raw('select 1')),
          stateOf(() => temporal.ping()),
        ]);
        const status = database === 'ok' && workflows === 'ok' ? 'ok' : 'down';
        return reply.code(status === 'ok' ? 200 : 503).send({ status, checks: { database, temporal: workflows } });
      },
    );
  },
);

async function stateOf(check: () => PromiseLike<unknown>): Promise<'ok' | 'down'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'down'>((resolve) => {
    timer = setTimeout(() => resolve('down'), PATIENCE_MS);
  });
  const checked = Promise.resolve(check()).then(
    () => 'ok' as const,
    () => 'down' as const,
  );
  return Promise.race([checked, late]).finally(() => clearTimeout(timer));
}
