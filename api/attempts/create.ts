import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { attemptStartOptions } from '../../clients/temporal/attempt-start';
import { ApiError } from '../../contracts/api-error';
import { createUpdate } from '../../contracts/attempts/messages';
import { AttemptAnswer, CreateAttemptBody } from '../../contracts/http/attempts';
import { responses } from '../../contracts/http/common';
import { ExamParams } from '../../contracts/http/exams';
import { findCreationRef } from '../../db/attempts/creation-ref';
import { requireOwnOr, requireWithin } from '../auth/access';
import type { RouteOptions } from '../context';
import { attemptAnswer } from './answer';

/** The number only selects the workflow; whether another attempt is allowed is decided under the learner's lock. */
export const attemptCreationRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex, settings, temporal } = context;
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
    async ({ principal, commandId, params, body: { userId, ...wanted } }, reply) => {
      const { examId } = params;
      const next = await findCreationRef(knex, examId, userId);
      if (!next) throw new ApiError('exam-not-found');
      requireWithin(principal, next, 'exam-not-found');
      requireOwnOr(principal, userId, 'attempts:write');
      if (!next.learnerExists) throw new ApiError('learner-not-found');
      const { attemptNumber, courseId, examName, provider } = next;
      const key = { examId, userId, attemptNumber };
      const start = attemptStartOptions({ key, courseId, examName, provider, phase: 'open' }, settings.timings);
      const view = await temporal.execute(
        key,
        createUpdate,
        { ...wanted, commandId, ...(principal.scopes.has('attempts:write') ? {} : { byLearner: true }) },
        start,
      );
      const location = `/v1/attempts/${encodeURIComponent(view.attemptCode)}`;
      return reply.code(201).header('location', location).send(attemptAnswer(view, settings));
    },
  );
};
