import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Static } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import { ApiError } from '../../contracts/api-error';
import { ListQuery, responses, strictObject } from '../../contracts/http/common';
import { DifferencesAnswer, DraftParams, GridAnswer } from '../../contracts/http/qualification/drafts';
import { CELL_STATES } from '../../domain/qualification/cells';
import type { DecidedList } from '../../domain/qualification/differences';
import type { RouteOptions } from '../context';
import { QUALIFICATION_SCOPES, requirePeriod } from './access';
import { differencesPage } from './differences-page';
import { requirePreview } from './draft-commands';
import { previewedStudents } from './previewed-students';
import { savedList } from './saved-list';

const compress = promisify(gzip);
/** What a browser still draws, and about half a megabyte on its way. */
const MOST_STUDENTS = 10_000;
const tags = ['qualification'];
const ONE = '/periods/:periodId/qualification/drafts/:draftId';

/** A draft as a whole: the table of everybody, and what differs from the saved status. */
export const draftGridRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const config = { scopes: QUALIFICATION_SCOPES };
  app.get(
    `${ONE}/grid`,
    { config, schema: { tags, params: DraftParams, response: responses({ 200: GridAnswer }) } },
    async (request, reply) => {
      const { periodId, draftId } = request.params;
      await requirePeriod(context, request, periodId, 'see');
      const draft = await requirePreview(context, periodId, draftId);
      if ((draft.preview?.students ?? 0) > MOST_STUDENTS) throw new ApiError('draft-too-large');
      const students: Static<typeof GridAnswer>['students'] = [];
      for await (const { userId, username, fullName, qualifies, cells } of previewedStudents(context.knex, draft)) {
        const states = cells.map(({ state }) => CELL_STATES.indexOf(state));
        const points = cells.map((cell) => cell.points);
        students.push({ userId, username, fullName, qualifies, states, points });
      }
      const grid = { assignments: draft.preview?.assignments ?? [], states: [...CELL_STATES], students };
      if (!/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) return grid;
      void reply.header('content-encoding', 'gzip').header('vary', 'accept-encoding').type('application/json');
      return (reply as FastifyReply).send(await compress(JSON.stringify(grid)));
    },
  );
  app.get(
    `${ONE}/differences`,
    {
      config,
      schema: {
        tags,
        params: DraftParams,
        querystring: strictObject(ListQuery),
        response: responses({ 200: DifferencesAnswer }),
      },
    },
    async (request) => {
      const { periodId, draftId } = request.params;
      await requirePeriod(context, request, periodId, 'see');
      const draft = await requirePreview(context, periodId, draftId);
      const assignmentIds = (draft.preview?.assignments ?? []).map(({ assignmentId }) => assignmentId);
      const students: DecidedList['students'][number][] = [];
      for await (const { userId, qualifies, cells } of previewedStudents(context.knex, draft)) {
        students.push({ userId, answer: qualifies, cells });
      }
      const saved = await savedList(context.knex, periodId, draft.basedOnSeq);
      const { items, nextCursor } = differencesPage(saved, { assignmentIds, students }, request.query);
      return { items, nextCursor };
    },
  );
};
