import type { FastifyRequest } from 'fastify';

/** Vendors that move from edX carry their secret in the address. */
const SECRET = /([?&]secret=)[^&]*/gi;

/** What is logged of a request: never the value of `secret`. */
export function loggedRequest({ method, url, host, ip }: FastifyRequest): Record<string, string> {
  return { method, url: url.replace(SECRET, '$1…'), host, remoteAddress: ip };
}
