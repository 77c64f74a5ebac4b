import type { FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Principal } from './principal';

/** How an attempt is found at its provider and in Temporal. */
const WAYS_IN = ['workflowId', 'temporalUrl'] as const;

type Body = Record<string, unknown>;

/**
 * Leaves out of every answer what its caller may not see of an attempt, wherever in the answer attempts stand. Whoever knows
 * an attempt's code and external id can send a review of it, so learners never see the external id, and commands are answered
 * without it: answers to commands are kept, and travel through Temporal.
 */
export const hiddenMembersPlugin = fastifyPlugin(async (app) => {
  app.addHook('preSerialization', async (request, _reply, payload) => withoutHidden(request, payload));
});

function withoutHidden(request: FastifyRequest, payload: unknown): unknown {
  if (!isObject(payload)) return payload;
  const { items, attempt } = payload;
  if (Array.isArray(items)) return { ...payload, items: items.map((item) => withoutHidden(request, item)) };
  if (isObject(attempt)) return { ...payload, attempt: withoutHidden(request, attempt) };
  return isAttempt(payload) ? withoutMembers(payload, hiddenFrom(request)) : payload;
}

function hiddenFrom({ principal, method }: FastifyRequest): readonly string[] {
  if (!seesInside(principal)) return ['externalId', ...WAYS_IN];
  return method === 'GET' ? [] : ['externalId'];
}

/** Never with a learner's token, whatever else it may do. */
function seesInside({ scopes }: Principal): boolean {
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
