import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import { ApiError } from '../../contracts/api-error';
import { changeStatusUpdate } from '../../contracts/attempts/messages';
import {
  AttemptAnswer,
  AttemptParams,
  ChangeCurrentBody,
  ChangeStatusBody,
  ExamLearnerParams,
} from '../../contracts/http/attempts';
import { ok, responses } from '../../contracts/http/common';
import type { Scope } from '../../contracts/scopes';
import { findByCode, findCurrent } from '../../db/attempts/find';
import { changeableAttempt, visibleExam } from '../auth/access';
import type { RouteOptions } from '../context';
import { sendAttempt } from './answer';
import { changeOf, executeFor } from './command';
import { requireWithinAttempt } from './timeout-at';

const tags = ['attempts'];
const config: { scopes: Scope[] } = { scopes: ['attempts:write'] };

/** The platform or an operator sets a status: of one attempt, or of the current one of an exam and learner. */
export const attemptChangeRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex, settings, now } = context;

  const byCode = { tags, params: AttemptParams, body: ChangeStatusBody, response: ok(AttemptAnswer) };
  app.patch('/attempts/:attemptCode', { config, schema: byCode }, async (request, reply) => {
    const change = changeOf(request.body);
    const ref = await changeableAttempt(context, request, request.params.attemptCode);
    const { timeoutAt } = request.body;
    const located = timeoutAt === undefined ? undefined : await findByCode(knex, request.params.attemptCode, now());
    if (located && timeoutAt !== undefined) requireWithinAttempt(located, timeoutAt, now());
    return sendAttempt(reply, await executeFor(context, request, ref, changeStatusUpdate, change), settings);
  });

  const nothing = Type.Null({ description: 'No current attempt, and ifMissing was ignore' });
  const ofLearner = {
    tags,
    params: ExamLearnerParams,
    body: ChangeCurrentBody,
    response: responses({ 200: AttemptAnswer, 204: nothing }),
  };
  app.patch('/exams/:examId/learners/:userId/attempt', { config, schema: ofLearner }, async (request, reply) => {
    const { ifMissing = 'error', ...body } = request.body;
    const { examId, userId } = request.params;
    const change = changeOf(body);
    const exam = await visibleExam(context, request.principal, examId);
    const located = await findCurrent(knex, exam.id, userId, now());
    if (located) {
      if (body.timeoutAt !== undefined) requireWithinAttempt(located, body.timeoutAt, now());
      const changed = await executeFor(context, request, located.ref, changeStatusUpdate, change);
      return sendAttempt(reply, changed, settings);
    }
    if (ifMissing === 'ignore') return reply.code(204).send(null);
    throw new ApiError('attempt-not-found', 'The learner has no current attempt on this exam.');
  });
};
