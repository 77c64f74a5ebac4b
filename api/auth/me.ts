import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ok } from '../../contracts/http/common';
import { MeAnswer } from '../../contracts/http/me';
import { SCOPES } from '../../contracts/scopes';
import { administeredBy } from '../../db/qualification/access';
import type { RouteOptions } from '../context';

/** Who asks: what a screen needs before it shows anything. Read from the token, and from the database at each request. */
export const meRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  app.get(
    '/me',
    { config: { scopes: SCOPES }, schema: { tags: ['service'], response: ok(MeAnswer) } },
    async ({ principal }) => {
      const { issuer, subject, name, person, scopes, expiresAt } = principal;
      const { courses = null, customers = null, provider = null, nodes = null, periods = null } = principal;
      const listed = person === null ? null : { issuer, subject: person };
      return {
        issuer,
        subject,
        name,
        scopes: [...scopes].sort(),
        limits: {
          courses: copyOf(courses),
          customers: copyOf(customers),
          provider,
          nodes: copyOf(nodes),
          periods: copyOf(periods),
        },
        expiresAt: expiresAt?.toISOString() ?? null,
        administers: await administeredBy(context.knex, listed),
      };
    },
  );
};

const copyOf = (limit: readonly string[] | null): string[] | null => limit && [...limit];
