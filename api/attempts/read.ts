import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import * as http from '../../contracts/http/attempts';
import { ok } from '../../contracts/http/common';
import { EffectsAnswer } from '../../contracts/http/effects';
import type { Scope } from '../../contracts/scopes';
import { attemptHistory } from '../../db/attempts/history';
import { type AttemptFilter, listAttempts } from '../../db/attempts/list';
import { effectsOfAttempt } from '../../db/effects/effects';
import { requireOwnOr, visibleAttempt } from '../auth/access';
import type { Principal } from '../auth/principal';
import { visibleOrigin } from '../auth/visible-actor';
import type { RouteOptions } from '../context';
import { attemptAnswer, sendAttempt } from './answer';

const READ: { scopes: Scope[] } = { scopes: ['attempts:read', 'attempts:write', 'attempts:take'] };
const INSPECT: { scopes: Scope[] } = { scopes: ['attempts:read', 'attempts:write', 'ops:read'] };
const tags = ['attempts'];

/** What can be read of attempts. Postgres alone answers, so all of this works while Temporal is down. */
export const attemptRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex, settings, now } = context;

  const one = { tags, params: http.AttemptParams, response: ok(http.AttemptAnswer) };
  app.get('/attempts/:attemptCode', { config: READ, schema: one }, async ({ principal, params }, reply) => {
    const { view } = await visibleAttempt(context, principal, params.attemptCode);
    requireOwnOr(principal, view.userId, 'attempts:read', 'attempts:write');
    return sendAttempt(reply, view, settings);
  });

  const list = { tags, querystring: http.AttemptListQuery, response: ok(http.AttemptListAnswer) };
  app.get('/attempts', { config: READ, schema: list }, async ({ principal, query }) => {
    const { limit, cursor, ...requested } = query;
    const filter = { ...requested, ...limitsOf(principal, requested.userId) };
    if (requested.provider !== undefined && requested.provider !== filter.provider)
      return { items: [], nextCursor: null };
    const { items, nextCursor } = await listAttempts(knex, filter, { limit, cursor }, now());
    return { items: items.map(({ view }) => attemptAnswer(view, settings)), nextCursor };
  });
};

/** What became of an attempt so far: its archived rows, and what was done outside. */
export const attemptPastRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex, settings } = context;

  const history = { tags, params: http.AttemptParams, response: ok(http.HistoryAnswer) };
  app.get('/attempts/:attemptCode/history', { config: INSPECT, schema: history }, async ({ principal, params }) => {
    const { view } = await visibleAttempt(context, principal, params.attemptCode);
    const entries = await attemptHistory(knex, view.attemptId);
    const items = entries.map(({ attempt, fullName: studentName, ...entry }) => {
      return { ...entry, ...visibleOrigin(entry, principal), attempt: attemptAnswer(attempt, settings), studentName };
    });
    return { items, nextCursor: null };
  });

  const done = { tags, params: http.AttemptParams, response: ok(EffectsAnswer) };
  app.get('/attempts/:attemptCode/effects', { config: INSPECT, schema: done }, async ({ principal, params }) => {
    const { view } = await visibleAttempt(context, principal, params.attemptCode);
    const effects = await effectsOfAttempt(knex, view.attemptId);
    const items = effects.map(({ createdAt, doneAt, ...effect }) => {
      return { ...effect, createdAt: createdAt.toISOString(), doneAt: doneAt?.toISOString() ?? null };
    });
    return { items, nextCursor: null };
  });
};

/** The part of a list a token may see; a learner's token is limited to its own attempts. */
function limitsOf(principal: Principal, userId: string | undefined): AttemptFilter {
  const { courses, provider, scopes, subject } = principal;
  const seesAll = scopes.has('attempts:read') || scopes.has('attempts:write');
  if (!seesAll && userId !== undefined) requireOwnOr(principal, userId);
  return { courses, ...(provider === undefined ? {} : { provider }), ...(seesAll ? {} : { userId: subject }) };
}
