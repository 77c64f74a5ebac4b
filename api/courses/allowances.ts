import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../contracts/api-error';
import { ERRORS } from '../../contracts/errors';
import * as http from '../../contracts/http/allowances';
import { ok, responses } from '../../contracts/http/common';
import { ExamParams } from '../../contracts/http/exams';
import type { Scope } from '../../contracts/scopes';
import { changeAllowances, removeAllowance } from '../../db/attempts/allowance-changes';
import { listAllowances } from '../../db/attempts/allowances';
import type { ExamsAndLearners } from '../../db/attempts/running';
import { applyToRunning, notifyUnfixed } from '../attempts/running';
import { visibleExam } from '../auth/access';
import { changedBy } from '../auth/changed-by';
import type { ApiContext, RouteOptions } from '../context';
import { type LeftOut, planAllowances } from './allowance-plan';

const tags = ['allowances'];
const read: { scopes: Scope[] } = { scopes: ['exams:read', 'exams:write'] };
const write: { scopes: Scope[] } = { scopes: ['exams:write'] };

/** More time, and other exceptions per exam and learner. */
export const allowanceRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex } = context;
  const address = '/exams/:examId/allowances/:userId/:key';

  const put = { tags, params: http.AllowanceParams, body: http.AllowanceBody, response: ok(http.AllowanceAnswer) };
  app.put(address, { config: write, schema: put }, async (request) => {
    const { params, body } = request;
    const { examId, userId, key } = params;
    const { rows, leftOut } = await planAllowances(context, request, {
      examIds: [examId],
      userIds: [userId],
      key,
      ...body,
    });
    const [row] = rows;
    if (!row) throw new ApiError(leftOut[0]?.code ?? 'learner-not-found');
    await changeAllowances(knex, rows, changedBy(context, request));
    return { ...row, ...(await notifyRunning(context, request, { examIds: [examId], userIds: [userId] }, body)) };
  });

  const remove = {
    tags,
    params: http.AllowanceParams,
    querystring: http.AllowanceRemoveQuery,
    response: responses({ 204: Type.Null({ description: 'Removed' }) }),
  };
  app.delete(address, { config: write, schema: remove }, async (request, reply) => {
    const { params, query, principal } = request;
    await visibleExam(context, principal, params.examId);
    const removed = await removeAllowance(knex, params, changedBy(context, request));
    // Repeated, a removal still has to count for running attempts.
    if (!removed && !query.applyToRunning) throw new ApiError('allowance-not-found');
    const where = { examIds: [params.examId], userIds: [params.userId] };
    await notifyRunning(context, request, where, query);
    return reply.code(204).send(null);
  });

  const list = {
    tags,
    params: ExamParams,
    querystring: http.AllowanceListQuery,
    response: ok(http.AllowanceListAnswer),
  };
  app.get('/exams/:examId/allowances', { config: read, schema: list }, async ({ principal, params, query }) => {
    const { id } = await visibleExam(context, principal, params.examId);
    return listAllowances(knex, id, query);
  });

  const bulk = { tags, body: http.AllowanceBulkBody, response: ok(http.AllowanceBulkAnswer) };
  app.post('/allowances/bulk', { config: write, schema: bulk }, async (request) => {
    const { body } = request;
    const { rows, leftOut } = await planAllowances(context, request, body);
    if (rows.length === 0) throw noneStored(leftOut, body);
    const stored = await changeAllowances(knex, rows, changedBy(context, request));
    return { stored, leftOut, ...(await notifyRunning(context, request, body, body)) };
  });
};

/** Moves timers where requested; otherwise a lost signal only delays when a timer reads the allowance. */
async function notifyRunning(
  context: ApiContext,
  { commandId, log }: FastifyRequest,
  where: ExamsAndLearners,
  options: { applyToRunning?: boolean },
): Promise<{ appliedToRunning?: number }> {
  if (options.applyToRunning) return { appliedToRunning: await applyToRunning(context, where, commandId) };
  await notifyUnfixed(context, where).catch(() => log.warn('running attempts not told of changed allowances'));
  return {};
}

/** Nothing was stored: the first reason gives the answer's code, all are listed. */
function noneStored(leftOut: readonly LeftOut[], { examIds, userIds }: ExamsAndLearners): ApiError {
  const errors = leftOut.map(({ examId, userId, code }) => ({
    in: 'body',
    pointer: userId === undefined ? `/examIds/${examIds.indexOf(examId ?? 0)}` : `/userIds/${userIds.indexOf(userId)}`,
    message: ERRORS[code].title,
  }));
  return new ApiError(leftOut[0]?.code ?? 'bad-request', 'There is no exam and learner to store it for.', { errors });
}
