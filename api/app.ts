import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import { loadQualificationPlugins } from '../config/qualification-plugins';
import { hiddenMembersPlugin } from './auth/hidden-members';
import { vendorTokenRoutes } from './auth/vendor-token-routes';
import type { ApiContext, ApiDependencies } from './context';
import { addFormats } from './http/formats';
import { authPlugin } from './plugins/auth';
import { bodyTimeoutPlugin } from './plugins/body-timeout';
import { emptyBodyPlugin } from './plugins/empty-body';
import { addHeaders, headersPlugin } from './plugins/headers';
import { healthPlugin } from './plugins/health';
import { idempotencyPlugin } from './plugins/idempotency';
import { metricsPlugin } from './plugins/metrics';
import { openapiPlugin } from './plugins/openapi';
import { handleError, problemPlugin } from './plugins/problem';
import { soundRequestsPlugin } from './plugins/sound-requests';
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
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: true }, onCreate: addFormats },
    frameworkErrors: (error, request, reply) => {
      addHeaders(reply);
      void handleError(error, request, reply);
    },
  });
  // What the service does not read it refuses: the text parser is on by default.
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
  });
  await app.register(headersPlugin);
  await app.register(bodyTimeoutPlugin);
  await app.register(emptyBodyPlugin);
  await app.register(problemPlugin);
  await app.register(openapiPlugin);
  await app.register(metricsPlugin, context);
  await app.register(healthPlugin, context);
  await app.register(vendorTokenRoutes, { context });
  await app.register(
    async (v1) => {
      await v1.register(soundRequestsPlugin);
      await v1.register(authPlugin, context);
      await v1.register(idempotencyPlugin, context);
      await v1.register(hiddenMembersPlugin);
      await registerRoutes(v1, context);
    },
    { prefix: '/v1' },
  );
  return app;
}
