import { Type } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { INSTANCE_HEADER } from '../../config/server-settings';
import { strictObject } from '../../contracts/http/common';
import type { ApiDependencies } from '../context';

const Health = strictObject({ status: Type.Literal('ok') });
const State = Type.Union([Type.Literal('ok'), Type.Literal('down')]);
const Readiness = strictObject({ status: State, checks: strictObject({ database: State, temporal: State }) });

/** How long a dependency may take before it counts as down. */
const PATIENCE_MS = 2_000;

/** /healthz: the process lives; /readyz: it can do all of its work. Both need no token. */
export const healthPlugin = fastifyPlugin<Pick<ApiDependencies, 'knex' | 'temporal' | 'settings'>>(
  async (app, { knex, temporal, settings: { instance } }) => {
    const onRequest = async (_request: unknown, reply: FastifyReply): Promise<void> => {
      if (instance !== undefined) void reply.header(INSTANCE_HEADER, instance);
    };
    const open = { tags: ['service'], security: [] };
    const logLevel = 'warn';
    app.get('/healthz', { logLevel, onRequest, schema: { ...open, response: { 200: Health } } }, async () => ({
      status: 'ok' as const,
    }));
    app.get(
      '/readyz',
      { logLevel, onRequest, schema: { ...open, response: { 200: Readiness, 503: Readiness } } },
      async (_request, reply) => {
        const [database, workflows] = await Promise.all([
          checkState(() => knex.raw('select 1')),
          checkState(() => temporal.ping()),
        ]);
        const status = database === 'ok' && workflows === 'ok' ? 'ok' : 'down';
        return reply.code(status === 'ok' ? 200 : 503).send({ status, checks: { database, temporal: workflows } });
      },
    );
  },
);

async function checkState(check: () => PromiseLike<unknown>): Promise<'ok' | 'down'> {
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
