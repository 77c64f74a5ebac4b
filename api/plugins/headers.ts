import type { FastifyReply } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

/** An answer is data: a browser that opens one runs nothing in it. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'";

/** Of pages for people: their own styles, scripts of this service only. */
export const PAGE_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** What answers say to browsers and caches, unless a route says something else. */
export const headersPlugin = fastifyPlugin(async (app) => {
  app.addHook('onSend', async (_request, reply, payload) => {
    addHeaders(reply);
    return payload;
  });
});

/** Also for answers that are given before routing, which no hook sees. */
export function addHeaders(reply: FastifyReply): void {
  void reply.header('x-content-type-options', 'nosniff');
  if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  if (!reply.hasHeader('content-security-policy')) void reply.header('content-security-policy', NOTHING);
}
