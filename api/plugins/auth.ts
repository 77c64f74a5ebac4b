import type { FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { ServiceError } from '../../clients/http/service-error';
import { ApiError } from '../../contracts/api-error';
import type { Scope } from '../../contracts/scopes';
import { type Principal, principalOf } from '../auth/principal';
import { TokenScopes } from '../auth/token-scopes';
import { configuredSources } from '../auth/token-sources';
import { createTokenVerifier } from '../auth/token-verifier';
import { vendorTokenSources } from '../auth/vendor-tokens';
import type { ApiContext } from '../context';

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

const ANONYMOUS: Principal = {
  id: 'anonymous',
  subject: '',
  scopes: new Set(),
  issuer: null,
  person: null,
  name: null,
  expiresAt: null,
};

/**
 * Every route below must name its scopes, so that a forgotten declaration fails at start instead of opening a route. The
 * token is checked before the body is read.
 */
export const authPlugin = fastifyPlugin<Pick<ApiContext, 'settings' | 'knex' | 'now'>>(
  async (app, { settings, knex, now }) => {
    const onFailure = (issuer: string, error: unknown): void =>
      app.log.warn({ issuer, reason: reasonOf(error) }, 'keys of an issuer could not be fetched');
    const sources = [
      ...configuredSources(settings.auth, { now, onFailure }),
      ...vendorTokenSources(settings, knex, { now, onFailure }),
    ];
    const verify = createTokenVerifier(sources, now);
    const scopesOf = new TokenScopes(settings.auth.scopeMap);
    app.decorateRequest('principal', null as unknown as Principal);
    app.addHook('onRoute', ({ url, config }) => {
      if (!config?.anonymous && !config?.scopes?.length) throw new Error(`The route ${url} names no scopes`);
    });
    app.addHook('onRequest', async (request) => {
      if (request.routeOptions.config.anonymous) {
        request.principal = ANONYMOUS;
        return;
      }
      const { claims, allowed } = await verify(tokenOf(request));
      request.principal = principalOf(claims, scopesOf.of(claims, allowed), settings.auth.personClaim);
      const { scopes = [] } = request.routeOptions.config;
      if (scopes.some((scope) => request.principal.scopes.has(scope))) return;
      throw new ApiError('insufficient-scope', `This needs one of the scopes ${scopes.join(', ')}.`);
    });
  },
);

/** Errors of the database may quote values, so only a service's own words are passed on. */
function reasonOf(error: unknown): string {
  return error instanceof ServiceError ? error.message : (error as Error).name;
}

/** edX's clients say JWT where OAuth2 says Bearer. */
function tokenOf(request: FastifyRequest): string {
  const match = /^(?:Bearer|JWT) ([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? '');
  if (match?.[1]) return match[1];
  throw new ApiError('unauthenticated', 'Send the header Authorization: Bearer <token>.');
}
