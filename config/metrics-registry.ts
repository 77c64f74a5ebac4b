import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** Gauges that end like counters, which Prometheus' own check refuses; the same numbers stand under names without `_total`. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/**
 * The metrics of one process, with what any Node process has to say: CPU, memory, event loop, garbage collection. It lives
 * here because every process may import `config`; who knows a number adds its series where it knows it (docs/operations.md,
 * Metrics).
 */
export function createMetricsRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  new Gauge({
    name: 'process_uptime_seconds',
    help: 'Seconds since the start',
    registers: [registry],
    collect() {
      this.set(process.uptime());
    },
  });
  return registry;
}
