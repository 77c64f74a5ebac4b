import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { attemptStartOptions } from '../../clients/temporal/attempt-start';
import { createUpdate } from '../../contracts/attempts/messages';
import { AttemptAnswer, CreateAttemptBody } from '../../contracts/http/attempts';
import { answers } from '../../contracts/http/common';
import { ExamParams } from '../../contracts/http/exams';
import { Refusal } from '../../contracts/refusal';
import { findCreationPlace } from '../../db/attempts/creation-refs';
import { requireOwnOr, requireWithin } from '../auth/access';
import { attemptAnswer } from './answer';
import type { RouteOptions } from '../context';

/** The number only chooses the workflow; whether the learner may have another attempt is judged under the learner's lock. */
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
        response: answers({ 201: AttemptAnswer }),
      },
    },
    async ({ principal, commandId, params, body: { userId, ...wanted } }, reply) => {
      const { examId } = params;
      const place = await findCreationPlace(knex, examId, userId);
      if (!place) throw new Refusal('exam-not-found');
      requireWithin(principal, place, 'exam-not-found');
      requireOwnOr(principal, userId, 'attempts:write');
      if (!place.learnerExists) throw new Refusal('learner-not-found');
      const { attemptNumber, courseId, examName, provider } = place;
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
