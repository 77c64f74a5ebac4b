import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { attemptStartOptions } from '../../clients/attempt-start';
import { createUpdate } from '../../contracts/exam-attempt';
import { AttemptAnswer, CreateAttemptBody } from '../../contracts/http/attempts';
import { answers } from '../../contracts/http/common';
import { ExamParams } from '../../contracts/http/exams';
import { Refusal } from '../../contracts/refusal';
import { nextAttemptNumber } from '../../db/attempt-numbers';
import { findLearner } from '../../db/learners';
import { requireOwnOr, visibleExam } from '../access';
import { attemptAnswer } from '../attempt-answer';
import type { RouteOptions } from '../dependencies';

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
      const exam = await visibleExam(context, principal, params.examId);
      requireOwnOr(principal, userId, 'attempts:write');
      if (!(await findLearner(knex, userId))) throw new Refusal('learner-not-found');
      const key = { examId: exam.id, userId, attemptNumber: await nextAttemptNumber(knex, exam.id, userId) };
      const { courseId, examName, providerName: provider } = exam;
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
