import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ApiError } from '../../contracts/api-error';
import { createUpdate, examAttemptWorkflowId } from '../../contracts/attempts/messages';
import { AttemptAnswer, CreateAttemptBody } from '../../contracts/http/attempts';
import { responses } from '../../contracts/http/common';
import { ExamParams } from '../../contracts/http/exams';
import { findNextRef } from '../../db/attempts/refs';
import { requireOwnOr, requireWithin } from '../auth/access';
import type { RouteOptions } from '../context';
import { requireStartable } from '../http/id-length';
import { sendAttempt } from './answer';
import { executeOn } from './command';

/** The number only selects the workflow; whether another attempt is allowed is decided under the learner's lock. */
export const attemptCreationRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex, settings } = context;
  app.post(
    '/exams/:examId/attempts',
    {
      config: { scopes: ['attempts:write', 'attempts:take'] },
      schema: {
        tags: ['attempts'],
        params: ExamParams,
        body: CreateAttemptBody,
        response: responses({ 201: AttemptAnswer }),
      },
    },
    async ({ principal, commandId, params, body: { userId, reason: _kept, ...wanted } }, reply) => {
      const next = await findNextRef(knex, params.examId, userId);
      if (!next) throw new ApiError('exam-not-found');
      requireWithin(principal, next.ref, 'exam-not-found');
      requireOwnOr(principal, userId, 'attempts:write');
      requireStartable(examAttemptWorkflowId(next.ref));
      if (!next.learnerExists) throw new ApiError('learner-not-found');
      const byLearner = principal.scopes.has('attempts:write') ? {} : { byLearner: true };
      const view = await executeOn(context, next.ref, createUpdate, { ...wanted, commandId, ...byLearner });
      const location = `/v1/attempts/${encodeURIComponent(view.attemptCode)}`;
      return reply
        .code(201)
        .header('location', location)
        .send(sendAttempt(reply, view, settings));
    },
  );
};
