import { randomUUID } from 'node:crypto';
import type { TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { loadQualificationPlugins } from '../config/qualification-plugins';
import { hiddenMembersPlugin } from './auth/hidden-members';
import { vendorTokenRoutes } from './auth/vendor-token-routes';
import type { ApiContext, ApiDependencies } from './context';
import { authPlugin } from './plugins/auth';
import { bodyTimeoutPlugin } from './plugins/body-timeout';
import { emptyBodyPlugin } from './plugins/empty-body';
import { healthPlugin } from './plugins/health';
import { idempotencyPlugin } from './plugins/idempotency';
import { metricsPlugin } from './plugins/metrics';
import { openapiPlugin } from './plugins/openapi';
import { handleError, problemPlugin } from './plugins/problem';
import { registerRoutes } from './register';

const BODY_LIMIT = 64 * 1024;
/** Course and user ids are up to 255 characters, each up to nine when percent-encoded. */
const MAX_PARAM_LENGTH = 255 * 9;

/** The API as a value: the composition root listens with it, tests inject into it. It owns none of what it is given. */
export async function buildApp({
  settings,
  knex,
  temporal,
  now = () => new Date(),
  logger,
}: ApiDependencies): Promise<FastifyInstance> {
  const plugins = loadQualificationPlugins(settings.qualification);
  const context: ApiContext = { settings, knex, temporal, plugins, now };
  const app = Fastify({
    logger: logger ?? false,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit: BODY_LIMIT,
    return503OnClosing: true,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: true } },
    frameworkErrors: (error, request, reply) => {
      void handleError(error, request, reply);
    },
  });
  // What the service does not read it refuses: the text parser is on by default.
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
  });
  await app.register(bodyTimeoutPlugin);
  await app.register(emptyBodyPlugin);
  await app.register(problemPlugin);
  await app.register(openapiPlugin);
  await app.register(metricsPlugin, context);
  await app.register(healthPlugin, context);
  await app.register(vendorTokenRoutes, { context });
  await app.register(
    async (v1) => {
      v1.addHook('preValidation', async (request) => {
        convertAddress(request);
      });
      await v1.register(authPlugin, context);
      await v1.register(idempotencyPlugin, context);
      await v1.register(hiddenMembersPlugin);
      await registerRoutes(v1, context);
    },
    { prefix: '/v1' },
  );
  return app;
}

/** Path and query are text by nature, so numbers and booleans are read from them; bodies are never converted. */
function convertAddress(request: FastifyRequest): void {
  const { params, querystring } = (request.routeOptions.schema ?? {}) as { params?: TSchema; querystring?: TSchema };
  if (params) request.params = Value.Convert(params, request.params);
  if (querystring) request.query = Value.Convert(querystring, request.query);
}
