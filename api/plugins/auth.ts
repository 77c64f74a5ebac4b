import type { FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { ApiError } from '../../contracts/api-error';
import type { Scope } from '../../contracts/scopes';
import { type Principal, principalOf } from '../auth/principal';
import { createTokenVerifier } from '../auth/token-verifier';
import type { ApiDependencies } from '../context';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal;
  }
  interface FastifyContextConfig {
    /** Any one of these scopes opens the route. A route that names none does not register. */
    scopes?: readonly Scope[];
    /** The route checks its callers itself: vendors that cannot carry a token. */
    anonymous?: true;
  }
}

const ANONYMOUS: Principal = { id: 'anonymous', subject: '', scopes: new Set(), issuer: null, person: null };

/**
 * Every route below must name its scopes, so that a forgotten declaration fails at start instead of opening a route. The
 * token is checked before the body is read.
 */
export const authPlugin = fastifyPlugin<Pick<ApiDependencies, 'settings' | 'now'>>(async (app, { settings, now }) => {
  const verify = createTokenVerifier(settings.auth, now ?? (() => new Date()));
  app.decorateRequest('principal', null as unknown as Principal);
  app.addHook('onRoute', ({ url, config }) => {
    if (!config?.anonymous && !config?.scopes?.length) throw new Error(`The route ${url} names no scopes`);
  });
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.anonymous) {
      request.principal = ANONYMOUS;
      return;
    }
    request.principal = principalOf(await verify(bearerToken(request)), settings.auth.personClaim);
    const { scopes = [] } = request.routeOptions.config;
    if (scopes.some((scope) => request.principal.scopes.has(scope))) return;
    throw new ApiError('insufficient-scope', `This needs one of the scopes ${scopes.join(', ')}.`);
  });
});

function bearerToken(request: FastifyRequest): string {
  const match = /^Bearer ([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? '');
  if (match?.[1]) return match[1];
  throw new ApiError('unauthenticated', 'Send the header Authorization: Bearer <token>.');
}
