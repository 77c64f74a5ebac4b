import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import * as http from '../../contracts/http/attempts';
import { responses } from '../../contracts/http/common';
import type { Scope } from '../../contracts/scopes';
import { attemptHistory } from '../../db/attempts/find';
import { listAttempts } from '../../db/attempts/list';
import { effectsOfAttempt } from '../../db/effects/effects';
import { requireOwnOr, visibleAttempt } from '../auth/access';
import type { Principal } from '../auth/principal';
import type { RouteOptions } from '../context';
import { attemptAnswer } from './answer';

const READ: readonly Scope[] = ['attempts:read', 'attempts:write', 'attempts:take'];
const INSPECT: readonly Scope[] = ['attempts:read', 'attempts:write', 'ops:read'];
const tags = ['attempts'];

/** What can be read of attempts. Postgres alone answers, so all of this works while Temporal is down. */
export const attemptRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex, settings, now } = context;

  app.get(
    '/attempts/:attemptCode',
    {
      config: { scopes: READ },
      schema: { tags, params: http.AttemptParams, response: responses({ 200: http.AttemptAnswer }) },
    },
    async (request) => {
      const { view } = await visibleAttempt(context, request.principal, request.params.attemptCode);
      requireOwnOr(request.principal, view.userId, 'attempts:read', 'attempts:write');
      return attemptAnswer(view, settings);
    },
  );

  app.get(
    '/attempts',
    {
      config: { scopes: READ },
      schema: { tags, querystring: http.AttemptListQuery, response: responses({ 200: http.AttemptListAnswer }) },
    },
    async (request) => {
      const { limit, cursor, ...requested } = request.query;
      const filter = { ...requested, ...limitsOf(request.principal, requested.userId) };
      if (requested.provider !== undefined && requested.provider !== filter.provider)
        return { items: [], nextCursor: null };
      const { items, nextCursor } = await listAttempts(knex, filter, { limit, cursor }, now());
      return { items: items.map(({ view }) => attemptAnswer(view, settings)), nextCursor };
    },
  );
};

/** What became of an attempt so far: its archived rows, and what was done outside. */
export const attemptPastRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex, settings } = context;

  app.get(
    '/attempts/:attemptCode/history',
    {
      config: { scopes: INSPECT },
      schema: { tags, params: http.AttemptParams, response: responses({ 200: http.HistoryAnswer }) },
    },
    async (request) => {
      const { view } = await visibleAttempt(context, request.principal, request.params.attemptCode);
      const entries = await attemptHistory(knex, view.attemptId);
      return {
        items: entries.map(({ attempt, fullName, ...entry }) => ({
          ...entry,
          attempt: attemptAnswer(attempt, settings),
          studentName: fullName,
        })),
        nextCursor: null,
      };
    },
  );

  app.get(
    '/attempts/:attemptCode/effects',
    {
      config: { scopes: INSPECT },
      schema: { tags, params: http.AttemptParams, response: responses({ 200: http.EffectsAnswer }) },
    },
    async (request) => {
      const { view } = await visibleAttempt(context, request.principal, request.params.attemptCode);
      const effects = await effectsOfAttempt(knex, view.attemptId);
      const items = effects.map((effect) => ({
        ...effect,
        createdAt: effect.createdAt.toISOString(),
        doneAt: effect.doneAt?.toISOString() ?? null,
      }));
      return { items, nextCursor: null };
    },
  );
};

/** The part of a list a token may see; a learner's token is limited to its own attempts. */
function limitsOf(principal: Principal, userId: string | undefined): LimitedFilter {
  const { courses, provider, scopes, subject } = principal;
  const seesAll = scopes.has('attempts:read') || scopes.has('attempts:write');
  if (!seesAll && userId !== undefined) requireOwnOr(principal, userId);
  return {
    ...(courses === undefined ? {} : { courses }),
    ...(provider === undefined ? {} : { provider }),
    ...(seesAll ? {} : { userId: subject }),
  };
}

interface LimitedFilter {
  courses?: readonly string[];
  provider?: string;
  userId?: string;
}
