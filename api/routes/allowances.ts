import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import { answers } from '../../contracts/http/common';
import * as http from '../../contracts/http/exams';
import { Refusal } from '../../contracts/refusal';
import {
  ALLOWANCES_PER_STATEMENT,
  deleteAllowance,
  listAllowances,
  putAllowance,
  putAllowances,
} from '../../db/allowances';
import { visibleExam } from '../access';
import type { RouteOptions } from '../dependencies';
import type { Scope } from '../principal';

const tags = ['allowances'];
const read: { scopes: Scope[] } = { scopes: ['exams:read', 'exams:write'] };
const write: { scopes: Scope[] } = { scopes: ['exams:write'] };

/** More time, and other exceptions per exam and learner. The minutes of a running attempt are fixed at its start. */
export const allowanceRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex } = context;
  const address = '/exams/:examId/allowances/:userId/:key';

  const put = {
    tags,
    params: http.AllowanceParams,
    body: http.AllowanceBody,
    response: answers({ 200: http.AllowanceAnswer }),
  };
  app.put(address, { config: write, schema: put }, async ({ principal, params, body }) => {
    await visibleExam(context, principal, params.examId);
    const allowance = { ...params, value: checked(params.key, body.value) };
    await putAllowance(knex, allowance);
    return allowance;
  });

  const remove = {
    tags,
    params: http.AllowanceParams,
    response: answers({ 204: Type.Null({ description: 'Removed' }) }),
  };
  app.delete(address, { config: write, schema: remove }, async ({ principal, params }, reply) => {
    await visibleExam(context, principal, params.examId);
    if (!(await deleteAllowance(knex, params))) throw new Refusal('allowance-not-found');
    return reply.code(204).send(null);
  });

  const list = {
    tags,
    params: http.ExamParams,
    querystring: http.AllowanceListQuery,
    response: answers({ 200: http.AllowanceListAnswer }),
  };
  app.get('/exams/:examId/allowances', { config: read, schema: list }, async ({ principal, params, query }) => {
    const { id } = await visibleExam(context, principal, params.examId);
    return listAllowances(knex, id, query);
  });

  const bulk = { tags, body: http.AllowanceBulkBody, response: answers({ 200: http.AllowanceBulkAnswer }) };
  app.post('/allowances/bulk', { config: write, schema: bulk }, async ({ principal, body }) => {
    const { examIds, userIds, key } = body;
    const value = checked(key, body.value);
    for (const examId of examIds) await visibleExam(context, principal, examId);
    const rows = examIds.flatMap((examId) => userIds.map((userId) => ({ examId, userId, key, value })));
    await knex.transaction(async (trx) => {
      for (let at = 0; at < rows.length; at += ALLOWANCES_PER_STATEMENT) {
        await putAllowances(trx, rows.slice(at, at + ALLOWANCES_PER_STATEMENT));
      }
    });
    return { stored: rows.length };
  });
};

/** Extra time is whole minutes; a value nobody can add up would silently grant nothing. */
function checked(key: string, value: string): string {
  if (key !== 'additional_time_granted' || /^\d{1,6}$/.test(value)) return value;
  throw new Refusal('bad-request', 'additional_time_granted is a whole number of minutes.', {
    errors: [{ in: 'body', pointer: '/value', message: 'must be a whole number of minutes' }],
  });
}
