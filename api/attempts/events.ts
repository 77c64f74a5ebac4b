import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../contracts/api-error';
import { AttemptParams } from '../../contracts/http/attempts';
import { streamedResponses } from '../../contracts/http/common';
import { requireOwnOr, visibleAttempt } from '../auth/access';
import { shownTo } from '../auth/hidden-members';
import type { RouteOptions } from '../context';
import type { ProgressSnapshot } from '../http/event-stream';
import { Watchers } from '../http/watchers';
import { attemptAnswer } from './answer';
import { SharedAttemptReader } from './shared-reader';

/** The reader itself waits until it is time to look again. */
const TIMING = { pollMs: 1, heartbeatMs: 15_000, retryMs: 2_000 };

/** An attempt's changes as they happen, until it is removed. */
export const attemptEventRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex, settings, now } = context;
  const watchers = new Watchers(app);
  const reader = new SharedAttemptReader(knex, now);
  const snapshotOf = async (request: FastifyRequest, code: string): Promise<ProgressSnapshot> => {
    const located = await reader.read(code);
    if (!located) throw new ApiError('attempt-not-found');
    const { view } = located;
    const { version, modifiedAt, pendingEffects, needsAttention, isArchived } = view;
    const id = [version, Date.parse(modifiedAt), pendingEffects, JSON.stringify(needsAttention), isArchived].join('.');
    return { id, data: shownTo(request, attemptAnswer(view, settings)), ended: isArchived };
  };
  const schema = {
    tags: ['attempts'],
    params: AttemptParams,
    response: streamedResponses(null, ['text/event-stream']),
  };
  const config = { scopes: ['attempts:read' as const, 'attempts:write' as const, 'attempts:take' as const] };
  app.get('/attempts/:attemptCode/events', { config, schema }, async (request, reply) => {
    const { principal, params, headers } = request;
    const { view } = await visibleAttempt(context, principal, params.attemptCode);
    requireOwnOr(principal, view.userId, 'attempts:read', 'attempts:write');
    // Stops an EventSource that has seen the end from reconnecting.
    if (view.isArchived && headers['last-event-id'] !== undefined) return reply.code(204).send();
    return watchers.stream(reply, () => snapshotOf(request, view.attemptCode), TIMING);
  });
};
