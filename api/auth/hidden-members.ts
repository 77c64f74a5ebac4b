import fastifyPlugin from 'fastify-plugin';
import type { Principal } from './principal';

/** How an attempt is found at its provider and in Temporal. */
const WAYS_IN = ['workflowId', 'temporalUrl'] as const;

type Body = Record<string, unknown>;
type AskedBy = { principal: Pick<Principal, 'scopes'>; method: string };

/**
 * Leaves out of every answer what its caller may not see of an attempt, wherever in the answer attempts stand. Whoever knows
 * an attempt's code and external id can send a review of it, so learners never see the external id, and commands are answered
 * without it: answers to commands are kept, and travel through Temporal.
 */
export const hiddenMembersPlugin = fastifyPlugin(async (app) => {
  app.addHook('preSerialization', async (request, _reply, payload) => shownTo(request, payload));
});

/** Also for what is streamed, which no hook sees. */
export function shownTo(request: AskedBy, payload: unknown): unknown {
  if (!isObject(payload) || !('items' in payload || 'attempt' in payload || isAttempt(payload))) return payload;
  if (isAttempt(payload)) return withoutMembers(payload, hiddenFrom(request));
  const { items, attempt } = payload;
  return {
    ...payload,
    ...(Array.isArray(items) ? { items: items.map((item) => shownTo(request, item)) } : {}),
    ...(isObject(attempt) ? { attempt: shownTo(request, attempt) } : {}),
  };
}

function hiddenFrom({ principal, method }: AskedBy): readonly string[] {
  if (!seesInside(principal)) return ['externalId', ...WAYS_IN];
  return method === 'GET' ? [] : ['externalId'];
}

/** Never with a learner's token, whatever else it may do. */
function seesInside({ scopes }: Pick<Principal, 'scopes'>): boolean {
  return scopes.has('attempts:read') && !scopes.has('attempts:take');
}

function isAttempt(body: Body): boolean {
  return 'attemptCode' in body && 'workflowId' in body;
}

function withoutMembers(body: Body, names: readonly string[]): Body {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null;
}
