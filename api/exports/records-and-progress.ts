import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ApiError } from '../../contracts/api-error';
import { streamedResponses } from '../../contracts/http/common';
import * as http from '../../contracts/http/exports';
import type { Scope } from '../../contracts/scopes';
import { listRecords } from '../../db/exports/records';
import { findRun } from '../../db/exports/runs';
import type { RouteOptions } from '../context';
import { acceptedType } from '../http/accept';
import type { ProgressSnapshot } from '../http/event-stream';
import { Watchers } from '../http/watchers';
import { exportAnswer } from './answer';
import { recordAnswer, recordLines } from './records';
import { visibleExport } from './start';

const tags = ['learner exports'];
const read: { scopes: Scope[] } = { scopes: ['exports:read', 'exports:write'] };
const DEFAULT_LIMIT = 50;

/** What became of every enrollment of an export: page by page, or all of it as a stream. */
export const exportRecordRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const schema = {
    tags,
    params: http.ExportParams,
    querystring: http.ExportRecordsQuery,
    response: streamedResponses(http.ExportRecordListAnswer, ['application/x-ndjson', 'text/csv']),
  };
  app.get(
    '/exports/:exportId/records',
    { config: read, schema },
    async ({ principal, params, query, headers }, reply) => {
      const form = acceptedType(headers.accept, ['application/json', 'application/x-ndjson', 'text/csv']);
      const { id } = await visibleExport(context, principal, params.exportId);
      const { limit, cursor, outcome, learnerId } = query;
      const filter = { outcome, userId: learnerId };
      void reply.header('vary', 'accept');
      if (form === 'application/json') {
        const page = { limit: limit ?? DEFAULT_LIMIT, cursor };
        const { items, nextCursor } = await listRecords(context.knex, id, filter, page);
        return reply.type(form).send({ items: items.map(recordAnswer), nextCursor });
      }
      if (limit !== undefined || cursor !== undefined) {
        throw new ApiError('bad-request', 'A stream holds all records: limit and cursor go with application/json.');
      }
      if (form === 'text/csv') void reply.header('content-disposition', `attachment; filename="export-${id}.csv"`);
      const type = form === 'text/csv' ? 'text/csv; charset=utf-8; header=present' : form;
      return reply.type(type).send(Readable.from(recordLines(context.knex, id, filter, form), { objectMode: false }));
    },
  );
};

/** An export's progress as it happens. */
export const exportProgressRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex, settings, now } = context;
  const watchers = new Watchers(app);
  const readSnapshot = async (exportId: string): Promise<ProgressSnapshot> => {
    const run = await findRun(knex, exportId);
    if (!run) throw new ApiError('export-not-found');
    const id = String(run.modifiedAt.getTime());
    return { id, data: exportAnswer(run, settings, now()), ended: run.finishedAt !== null };
  };
  const response = streamedResponses(null, ['text/event-stream']);
  const schema = { tags, params: http.ExportParams, response };
  app.get('/exports/:exportId/progress', { config: read, schema }, async ({ principal, params, headers }, reply) => {
    await visibleExport(context, principal, params.exportId);
    const { id, ended } = await readSnapshot(params.exportId);
    // Stops an EventSource that has seen the end from reconnecting.
    if (ended && headers['last-event-id'] === id) return reply.code(204).send();
    return watchers.stream(reply, () => readSnapshot(params.exportId));
  });
};
