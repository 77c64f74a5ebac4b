import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyError } from 'fastify';
import type { RouteOptions } from '../../context';
import { handleError } from '../../plugins/problem';
import { CallbackInbox } from './inbox';
import { restRoutes } from './rest';
import { softwareSecureRoutes } from './software-secure';
import { CallbackTrail } from './trail';

/** Vendors' callbacks. Postgres alone answers: they are taken while Temporal is down. */
export const callbackRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const inbox = new CallbackInbox(context);
  const trail = new CallbackTrail(context);
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    await trail.refused(request, error);
    return handleError(error, request, reply);
  });
  await app.register(softwareSecureRoutes, { context, inbox, trail });
  await app.register(restRoutes, { context, inbox, trail });
};
