import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ApiError } from '../../contracts/api-error';
import { actUpdate, retryEffectUpdate } from '../../contracts/attempts/messages';
import { ActionBody, AttemptAnswer, AttemptParams, EffectParams, RetryBody } from '../../contracts/http/attempts';
import { ok } from '../../contracts/http/common';
import type { Scope } from '../../contracts/scopes';
import { effectsOfAttempt } from '../../db/effects/effects';
import { changeableAttempt, requireOwnOr, visibleAttempt } from '../auth/access';
import type { RouteOptions } from '../context';
import { sendAttempt } from './answer';
import { executeFor } from './command';

const tags = ['attempts'];

/** What a learner does in an exam, and what an operator does about an effect that failed. */
export const attemptActionRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex, settings } = context;

  app.post(
    '/attempts/:attemptCode/actions',
    {
      config: { scopes: ['attempts:write', 'attempts:take', 'ops:act'] },
      schema: { tags, params: AttemptParams, body: ActionBody, response: ok(AttemptAnswer) },
    },
    async (request, reply) => {
      const { principal, params } = request;
      const { action } = request.body;
      const ref = await changeableAttempt(context, request, params.attemptCode);
      const staffScopes: Scope[] =
        action === 'mark_ready_to_resume' ? ['attempts:write', 'ops:act'] : ['attempts:write'];
      requireOwnOr(principal, ref.userId, ...staffScopes);
      const isStaff = staffScopes.some((scope) => principal.scopes.has(scope));
      if (action === 'mark_ready_to_resume' && !isStaff) {
        throw new ApiError('insufficient-scope', 'mark_ready_to_resume needs the scope attempts:write or ops:act.');
      }
      const actor = isStaff ? ('staff' as const) : ('learner' as const);
      const acted = await executeFor(context, request, ref, actUpdate, { action, actor });
      return sendAttempt(reply, acted, settings);
    },
  );

  app.post(
    '/attempts/:attemptCode/effects/:effectId/retry',
    {
      config: { scopes: ['ops:act'] },
      schema: { tags, params: EffectParams, body: RetryBody, response: ok(AttemptAnswer) },
    },
    async (request, reply) => {
      const { principal } = request;
      const { attemptCode, effectId } = request.params;
      const { ref, view } = await visibleAttempt(context, principal, attemptCode);
      const effects = await effectsOfAttempt(knex, view.attemptId);
      const effect = effects.find((candidate) => candidate.effectId === effectId);
      if (!effect) throw new ApiError('effect-not-found');
      if (effect.state !== 'failed') throw new ApiError('effect-not-failed', `The effect is ${effect.state}.`);
      const retried = await executeFor(context, request, ref, retryEffectUpdate, { effectId });
      return sendAttempt(reply, retried, settings);
    },
  );
};
