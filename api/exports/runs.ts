import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ApiError } from '../../contracts/api-error';
import { ok, responses } from '../../contracts/http/common';
import { ChannelParams } from '../../contracts/http/customers';
import * as http from '../../contracts/http/exports';
import type { Scope } from '../../contracts/scopes';
import { type ExportRun, listRuns } from '../../db/exports/runs';
import { requireCustomer, visibleChannel } from '../auth/customer-access';
import type { Principal } from '../auth/principal';
import type { ApiContext, RouteOptions } from '../context';
import { exportAnswer } from './answer';
import { toExportCommand, startExport, toExportTarget, visibleExport } from './start';

const tags = ['learner exports'];
const read: { scopes: Scope[] } = { scopes: ['exports:read', 'exports:write'] };
const write: { scopes: Scope[] } = { scopes: ['exports:write'] };

/** Learner exports: start, look at, list. */
export const exportRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { settings, now } = context;
  const start = {
    tags,
    params: ChannelParams,
    body: http.StartExportBody,
    response: responses({ 202: http.ExportAnswer }),
  };
  app.post(
    '/customers/:customerId/channels/:channelId/exports',
    { config: write, schema: start },
    async ({ principal, commandId, params, body }, reply) => {
      const target = await toExportTarget(context, await visibleChannel(context, principal, params), body);
      const command = toExportCommand(body, commandId, principal.id);
      const { exportId } = await startExport(context, target, command);
      const run = await visibleExport(context, principal, exportId);
      return reply
        .code(202)
        .header('location', `/v1/exports/${exportId}`)
        .send(exportAnswer(run, settings, now()));
    },
  );

  const one = { tags, params: http.ExportParams, response: ok(http.ExportAnswer) };
  app.get('/exports/:exportId', { config: read, schema: one }, async ({ principal, params }) =>
    exportAnswer(await visibleExport(context, principal, params.exportId), settings, now()),
  );

  const list = { tags, querystring: http.ExportListQuery, response: ok(http.ExportListAnswer) };
  app.get('/exports', { config: read, schema: list }, async ({ principal, query }) => {
    const { customerId, channelId, ...page } = query;
    if (customerId !== undefined) requireCustomer(principal, customerId);
    const customerIds = customerId === undefined ? principal.customers : [customerId];
    const { items, nextCursor } = await listRuns(context.knex, { customerIds, channelId }, page);
    return { items: items.map((run) => exportAnswer(run, settings, now())), nextCursor };
  });
};

/** Pause, resume, cancel: taken note of now, effective within a batch. */
export const exportSteeringRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { exports } = context.temporal;
  const schema = { tags, params: http.ExportParams, response: responses({ 202: http.ExportAnswer }) };
  for (const action of ['pause', 'resume', 'cancel'] as const) {
    app.post(`/exports/:exportId/${action}`, { config: write, schema }, async ({ principal, params }, reply) => {
      const run = await runningExport(context, principal, params.exportId);
      await exports[action](run.workflowId);
      const answer = exportAnswer(run, context.settings, context.now());
      return reply.code(202).header('location', `/v1/exports/${run.id}`).send(answer);
    });
  }
};

/** A workflow id serves one run after the other: what has ended must not steer its successor. */
async function runningExport(context: ApiContext, principal: Principal, exportId: string): Promise<ExportRun> {
  const run = await visibleExport(context, principal, exportId);
  if (run.finishedAt !== null) throw new ApiError('export-ended', `It ended as ${run.status}.`);
  return run;
}
