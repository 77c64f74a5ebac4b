import type { FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** An import of any length: it may take as long as it likes while something arrives. */
    streamedBody?: true;
  }
}

/**
 * Ends connections whose body does not arrive within the time given; streamed ones only when nothing arrived for as long.
 * Node's own requestTimeout would end an import in the middle. Headers have Node's time limit of their own.
 */
export const bodyTimeoutPlugin = fastifyPlugin<{ withinMs?: number }>(async (app, { withinMs = 60_000 }) => {
  app.addHook('onRequest', async (request) => {
    if (hasBody(request)) watch(request, withinMs);
  });
});

function watch({ raw, routeOptions }: FastifyRequest, withinMs: number): void {
  let seen = raw.socket.bytesRead;
  const timer = setInterval(() => {
    const arrived = raw.socket.bytesRead;
    if (routeOptions.config.streamedBody && arrived > seen) seen = arrived;
    else raw.destroy();
  }, withinMs).unref();
  const stop = (): void => clearInterval(timer);
  raw.once('end', stop).once('close', stop);
}

/** Whether anything follows the headers. */
export function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
