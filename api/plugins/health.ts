import { Type } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { checkReadiness } from '../../config/readiness';
import { INSTANCE_HEADER } from '../../config/server-settings';
import { strictObject } from '../../contracts/http/common';
import { checkDatabase, checkMigrations } from '../../db/health/checks';
import { OfferedPlugins } from '../../db/health/plugins-check';
import { unservedWarnings } from '../../db/health/unserved';
import type { ApiContext } from '../context';

const Health = strictObject({ status: Type.Literal('ok') });
const State = Type.Union([Type.Literal('ok'), Type.Literal('down')]);
const Reason = Type.Optional(Type.String());
const Readiness = strictObject({
  status: State,
  checks: strictObject({
    database: State,
    migrations: State,
    temporal: State,
    searchAttributes: State,
    plugins: State,
  }),
  /** The reason for each check that is down. */
  problems: strictObject({
    database: Reason,
    migrations: Reason,
    temporal: Reason,
    searchAttributes: Reason,
    plugins: Reason,
  }),
  /** What somebody has to see to although the service does its work. */
  warnings: Type.Optional(Type.Array(Type.String())),
});

/** /healthz: the process lives; /readyz: it can do all of its work. Both need no token. */
export const healthPlugin = fastifyPlugin<Pick<ApiContext, 'knex' | 'temporal' | 'settings' | 'plugins'>>(
  async (app, { knex, temporal, plugins, settings: { instance } }) => {
    const onRequest = async (_request: unknown, reply: FastifyReply): Promise<void> => {
      if (instance !== undefined) void reply.header(INSTANCE_HEADER, instance);
    };
    const open = { tags: ['service'], security: [] };
    const logLevel = 'warn';
    app.get('/healthz', { logLevel, onRequest, schema: { ...open, response: { 200: Health } } }, async () => ({
      status: 'ok' as const,
    }));
    const offered = new OfferedPlugins(knex, 'api', plugins);
    const checks = {
      database: () => checkDatabase(knex),
      migrations: () => checkMigrations(knex),
      temporal: () => temporal.readiness.ping(),
      searchAttributes: () => temporal.readiness.checkSearchAttributes(),
      plugins: () => offered.check(),
    };
    app.get(
      '/readyz',
      { logLevel, onRequest, schema: { ...open, response: { 200: Readiness, 503: Readiness } } },
      async (_request, reply) => {
        const readiness = await checkReadiness(checks, { warnings: () => unservedWarnings(knex) });
        return reply.code(readiness.status === 'ok' ? 200 : 503).send(readiness);
      },
    );
  },
);
