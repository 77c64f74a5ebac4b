import fastifyPlugin from 'fastify-plugin';
import { Histogram, Counter, processMetrics } from '../prometheus';

/** Counters per route pattern, never per address: an address holds ids, and there are many. */
export const metricsPlugin = fastifyPlugin(async (app) => {
  const requests = new Counter('invigil_http_requests_total', 'HTTP requests answered', ['method', 'route', 'status']);
  const seconds = new Histogram('invigil_http_request_duration_seconds', 'Time to the answer', ['method', 'route']);
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unmatched';
    requests.add([request.method, route, String(reply.statusCode)]);
    seconds.observe([request.method, route], reply.elapsedTime / 1000);
  });
  app.get('/metrics', { schema: { tags: ['service'], security: [] }, logLevel: 'warn' }, async (_request, reply) =>
    reply.type('text/plain; version=0.0.4').send([processMetrics(), requests.render(), seconds.render()].join('')),
  );
});
