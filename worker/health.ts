import { createServer, type Server } from 'node:http';
import { INSTANCE_HEADER } from '../config/server-settings';

/** Rejects, with a message for operators, while the part it checks is unhealthy. */
export type HealthCheck = () => Promise<void>;

/** `/healthz` says the process lives, `/readyz` that it can work: 503 with the reason of each unhealthy part. */
export function serveHealth(options: {
  host: string;
  port: number;
  checks: Record<string, HealthCheck>;
  metrics?: () => string;
  /** Told in each answer: another process may have the port. */
  instance?: string | undefined;
}): Promise<Server> {
  const named = options.instance === undefined ? {} : { [INSTANCE_HEADER]: options.instance };
  const server = createServer((request, response) => {
    void respond(request.url ?? '/', options).then(({ status, type, body }) => {
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

async function respond(
  url: string,
  options: { checks: Record<string, HealthCheck>; metrics?: () => string },
): Promise<HealthResponse> {
  const json = (status: number, body: object): HealthResponse => ({
    status,
    type: 'application/json',
    body: JSON.stringify(body),
  });
  if (url === '/healthz') return json(200, { status: 'ok' });
  if (url === '/metrics' && options.metrics)
    return { status: 200, type: 'text/plain; version=0.0.4', body: options.metrics() };
  if (url !== '/readyz') return json(404, { status: 'unknown path', paths: ['/healthz', '/readyz', '/metrics'] });
  const problems = await problemsOf(options.checks);
  return json(Object.keys(problems).length === 0 ? 200 : 503, {
    status: Object.keys(problems).length === 0 ? 'ready' : 'not ready',
    problems,
  });
}

async function problemsOf(checks: Record<string, HealthCheck>): Promise<Record<string, string>> {
  const found = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const problem = await check().then(
        () => null,
        (error: unknown) => (error instanceof Error ? error.message : 'failed'),
      );
      return [name, problem] as const;
    }),
  );
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== null));
}
