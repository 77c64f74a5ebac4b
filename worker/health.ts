import { createServer, type Server } from 'node:http';
import type { Registry } from 'prom-client';
import { type ReadinessCheck, checkReadiness } from '../config/readiness';
import { INSTANCE_HEADER } from '../config/server-settings';

export interface HealthOptions {
  host: string;
  port: number;
  checks: Record<string, ReadinessCheck>;
  /** What somebody has to see to although the worker works. */
  warnings?: () => Promise<string[]>;
  metrics: Pick<Registry, 'contentType' | 'metrics'>;
  /** Told in each answer: another process may have the port. */
  instance?: string | undefined;
}

/**
 * A worker's only HTTP: `/healthz` says the process lives, `/readyz` that it can work, `/metrics` what it counts. They
 * answer as the API's do.
 */
export function serveHealth(options: HealthOptions): Promise<Server> {
  const named = options.instance === undefined ? {} : { [INSTANCE_HEADER]: options.instance };
  const server = createServer((request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?');
    void respond(path, options)
      .catch(() => json(500, { status: 'failed' }))
      .then(({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type, ...named });
        response.end(body);
      });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => resolve(server));
  });
}

interface HealthResponse {
  status: number;
  type: string;
  body: string;
}

async function respond(path: string, { checks, metrics, warnings }: HealthOptions): Promise<HealthResponse> {
  switch (path) {
    case '/healthz':
      return json(200, { status: 'ok' });
    case '/readyz': {
      const readiness = await checkReadiness(checks, warnings ? { warnings } : {});
      return json(readiness.status === 'ok' ? 200 : 503, readiness);
    }
    case '/metrics':
      return { status: 200, type: metrics.contentType, body: await metrics.metrics() };
    default:
      return json(404, { status: 'unknown path', paths: ['/healthz', '/readyz', '/metrics'] });
  }
}

function json(status: number, body: object): HealthResponse {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}
