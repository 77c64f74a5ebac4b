import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import { removeUpdate } from '../../contracts/exam-attempt';
import { AttemptParams, ExamLearnerParams, RemoveQuery } from '../../contracts/http/attempts';
import { answers } from '../../contracts/http/common';
import { findAllLive } from '../../db/attempt-views';
import { changeableAttempt, visibleExam } from '../access';
import { executeOn } from '../attempt-command';
import type { RouteOptions } from '../dependencies';
import type { Scope } from '../principal';

const tags = ['attempts'];
const config: { scopes: Scope[] } = { scopes: ['attempts:write'] };
const response = answers({ 204: Type.Null({ description: 'Removed: archived, and taken back outside' }) });

/** Removing one attempt, or all a learner has on an exam. */
export const attemptRemovalRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex, now } = context;

  const one = { tags, params: AttemptParams, querystring: RemoveQuery, response };
  app.delete('/attempts/:attemptCode', { config, schema: one }, async (request, reply) => {
    const located = await changeableAttempt(context, request, request.params.attemptCode);
    await executeOn(context, located, removeUpdate, { commandId: request.commandId, ...request.query });
    return reply.code(204).send(null);
  });

  /** Each removal has its own command id, so a repetition after a failure goes on where the first stopped. */
  const all = { tags, params: ExamLearnerParams, querystring: RemoveQuery, response };
  app.delete('/exams/:examId/learners/:userId/attempts', { config, schema: all }, async (request, reply) => {
    const exam = await visibleExam(context, request.principal, request.params.examId);
    for (const located of await findAllLive(knex, exam.id, request.params.userId, now())) {
      const commandId = `${request.commandId}:${located.view.attemptNumber}`;
      await executeOn(context, located, removeUpdate, { commandId, ...request.query });
    }
    return reply.code(204).send(null);
  });
};
