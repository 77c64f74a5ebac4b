import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { Knex } from 'knex';
import { ApiError } from '../../contracts/api-error';
import { removeUpdate } from '../../contracts/attempts/messages';
import { AttemptParams, ExamLearnerParams, RemoveQuery } from '../../contracts/http/attempts';
import { responses } from '../../contracts/http/common';
import type { Scope } from '../../contracts/scopes';
import { commandStates } from '../../db/attempts/commands';
import { findAllLive } from '../../db/attempts/find';
import { nextAttemptNumber } from '../../db/attempts/numbers';
import { changeableAttempt, visibleExam } from '../auth/access';
import type { RouteOptions } from '../context';
import { executeFor, executeOn } from './command';

const tags = ['attempts'];
const config: { scopes: Scope[] } = { scopes: ['attempts:write'] };
const response = responses({ 204: Type.Null({ description: 'Removed: archived, and taken back outside' }) });

/** Removing one attempt, or all a learner has on an exam. */
export const attemptRemovalRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex, now } = context;

  const one = { tags, params: AttemptParams, querystring: RemoveQuery, response };
  app.delete('/attempts/:attemptCode', { config, schema: one }, async (request, reply) => {
    const ref = await changeableAttempt(context, request, request.params.attemptCode);
    const { reason: _kept, ...query } = request.query;
    await executeFor(context, request, ref, removeUpdate, query);
    return reply.code(204).send(null);
  });

  /** Each removal has its own command id, so a repetition after a failure goes on where the first stopped. */
  const all = { tags, params: ExamLearnerParams, querystring: RemoveQuery, response };
  app.delete('/exams/:examId/learners/:userId/attempts', { config, schema: all }, async (request, reply) => {
    const exam = await visibleExam(context, request.principal, request.params.examId);
    const { userId } = request.params;
    const { reason: _kept, ...query } = request.query;
    const live = await findAllLive(knex, exam.id, userId, now());
    const removal = { examId: exam.id, userId, commandId: request.commandId };
    if (live.length === 0 && !(await removedBefore(knex, removal))) {
      throw new ApiError('attempt-not-found', 'The learner has no attempt on this exam.');
    }
    for (const { ref } of live) {
      const commandId = partOf(request.commandId, ref.attemptNumber);
      await executeOn(context, ref, removeUpdate, { commandId, ...query });
    }
    return reply.code(204).send(null);
  });
};

/** The id of one attempt's removal within a removal of all. */
function partOf(commandId: string, attemptNumber: number): string {
  return `${commandId}:${attemptNumber}`;
}

/** Did an earlier try of this very request remove what there was? Then its repetition has succeeded, not found nothing. */
async function removedBefore(
  knex: Knex,
  { examId, userId, commandId }: { examId: number; userId: string; commandId: string },
): Promise<boolean> {
  const next = await nextAttemptNumber(knex, examId, userId);
  const parts = Array.from({ length: next - 1 }, (_, index) => partOf(commandId, index + 1));
  const states = await commandStates(knex, parts);
  return [...states.values()].includes('applied');
}
