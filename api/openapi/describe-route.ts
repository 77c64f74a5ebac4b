import type { FastifySchema, RouteOptions } from 'fastify';
import { OPERATIONS } from './operations';

type DescribedSchema = FastifySchema & {
  hide?: boolean;
  consumes?: readonly string[];
  operationId?: string;
  summary?: string;
  description?: string;
};

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

const IDEMPOTENCY_KEY = {
  type: 'string',
  minLength: 1,
  maxLength: 255,
  description:
    'The same key again gives the same answer and does nothing a second time. Without one, a repetition is new.',
};

/**
 * What a route's own schemas do not say: what it is called, who may call it, the key that makes it safe to repeat, and
 * lines where they are its body. For the document only. @throws Error when the route is not in `OPERATIONS`.
 */
export function describeRoute({ schema, url, route }: { schema: FastifySchema; url: string; route: RouteOptions }): {
  schema: FastifySchema;
  url: string;
} {
  const own = (schema ?? {}) as DescribedSchema;
  if (own.hide) return { schema: own, url };
  const operation = OPERATIONS[`${String(route.method)} ${url}`];
  if (!operation) throw new Error(`${String(route.method)} ${url} is not in api/openapi/operations.ts`);
  const described: DescribedSchema = { ...own, ...operation, ...scopesOf(route) };
  if (takesKey(route)) described.headers = { type: 'object', properties: { 'Idempotency-Key': IDEMPOTENCY_KEY } };
  if (own.consumes && own.body === undefined)
    described.body = { type: 'string', description: 'One JSON object per line' };
  return { schema: described, url };
}

function scopesOf({ config }: RouteOptions): { description?: string; security?: [] } {
  if (config?.anonymous) return { security: [] };
  if (!config?.scopes) return {};
  return {
    description: `The token needs ${config.scopes.length > 1 ? 'one of the scopes' : 'the scope'} ${listed(config.scopes)}.`,
  };
}

function listed(scopes: readonly string[]): string {
  return scopes.map((scope) => `\`${scope}\``).join(', ');
}

function takesKey({ method, config }: RouteOptions): boolean {
  return WRITES.has(String(method)) && config?.idempotencyKey !== false;
}
