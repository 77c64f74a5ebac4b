import type { FastifyContextConfig, FastifyRequest } from 'fastify';

/** `reason` may stand in every write of a person: in the body, or with DELETE in the query. Null without one. */
export function reasonOf({ body, query, routeOptions: { config } }: FastifyRequest): string | null {
  if (isCallback(config)) return null;
  for (const part of [body, query] as ({ reason?: unknown } | null | undefined)[]) {
    if (typeof part?.reason === 'string') return part.reason;
  }
  return null;
}

/** A vendor's body has the vendor's members: what is called reason there is none of ours. */
export function isCallback({ anonymous, scopes }: FastifyContextConfig): boolean {
  return anonymous === true || scopes?.includes('callbacks') === true;
}
