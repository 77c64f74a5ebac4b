import fastifyPlugin from 'fastify-plugin';
import { Counter, Histogram } from 'prom-client';
import { createMetricsRegistry } from '../../config/metrics-registry';
import { addBacklogMetrics } from '../../db/health/backlog-metrics';
import { addPoolMetrics } from '../../db/health/pool-metrics';
import type { ApiDependencies } from '../context';

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counters per route pattern, never per address: an address holds ids, and there are many. */
export const metricsPlugin = fastifyPlugin<Pick<ApiDependencies, 'knex'>>(async (app, { knex }) => {
  const registry = createMetricsRegistry();
  addPoolMetrics(registry, { main: knex });
  addBacklogMetrics(registry, knex);
  const registers = [registry];
  const requests = new Counter({
    name: 'invigil_http_requests_total',
    help: 'HTTP requests answered',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'invigil_http_request_duration_seconds',
    help: 'Time to the answer',
    labelNames: ['method', 'route'],
    buckets: BUCKETS,
    registers,
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'unmatched';
    requests.inc({ method, route, status: reply.statusCode });
    seconds.observe({ method, route }, reply.elapsedTime / 1000);
  });
  app.get('/metrics', { schema: { tags: ['service'], security: [] }, logLevel: 'warn' }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
});
