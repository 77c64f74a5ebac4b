import fastifyPlugin from 'fastify-plugin';
import { hasBody } from './body-timeout';

/**
 * Many clients send the header Content-Type with every request, also with a DELETE or a POST that carries nothing. Such a
 * request has no body: what its type would be does not matter. An import without lines stays one.
 */
export const emptyBodyPlugin = fastifyPlugin(async (app) => {
  app.addHook('onRequest', async (request) => {
    if (!hasBody(request) && !request.routeOptions.config.streamedBody) delete request.raw.headers['content-type'];
  });
});
