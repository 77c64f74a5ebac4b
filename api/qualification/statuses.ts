import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { responses } from '../../contracts/http/common';
import { PeriodParams } from '../../contracts/http/qualification/common';
import {
  QualificationHistoryAnswer,
  QualificationHistoryQuery,
  QualificationAnswer,
  StatusAnswer,
  StatusParams,
  StatusStudentsAnswer,
  StatusStudentsQuery,
} from '../../contracts/http/qualification/statuses';
import { decodeCursor, encodeCursor } from '../../db/core/cursor';
import { readStatusRows } from '../../db/qualification/status-rows';
import { findActiveStatus, listStatuses } from '../../db/qualification/statuses';
import type { RouteOptions } from '../context';
import { languageOf } from '../http/language';
import { QUALIFICATION_SCOPES, requirePeriod } from './access';
import { allowedFor } from './allowed';
import { requireStatus, statusAnswer, statusAnswers, statusStudent, statusWords } from './status-answer';

const tags = ['qualification'];
const Q = '/periods/:periodId/qualification';

/** What is saved: the status that counts, and all there ever were. Nothing of it changes. */
export const statusRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const config = { scopes: QUALIFICATION_SCOPES };
  app.get(
    Q,
    { config, schema: { tags, params: PeriodParams, response: responses({ 200: QualificationAnswer }) } },
    async (request) => {
      const period = await requirePeriod(context, request, request.params.periodId, 'see');
      const language = languageOf(request.headers['accept-language'], period.language);
      const active = await findActiveStatus(context.knex, period.periodId);
      return {
        periodId: period.periodId,
        active: active && (await statusAnswer(context, active, language)),
        allowed: await allowedFor(context, request, period),
      };
    },
  );
  app.get(
    `${Q}/history`,
    {
      config,
      schema: {
        tags,
        params: PeriodParams,
        querystring: QualificationHistoryQuery,
        response: responses({ 200: QualificationHistoryAnswer }),
      },
    },
    async (request) => {
      const { periodId, language: usual } = await requirePeriod(context, request, request.params.periodId, 'see');
      const language = languageOf(request.headers['accept-language'], usual);
      const { limit, cursor } = request.query;
      const beforeSeq = cursor === undefined ? undefined : Number(decodeCursor(cursor, [/^\d{1,9}$/])[0]);
      const found = await listStatuses(context.knex, periodId, { beforeSeq, limit: limit + 1 });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        items: await statusAnswers(context, page, language),
        nextCursor: last === undefined ? null : encodeCursor([String(last.seq)]),
      };
    },
  );
};

/** One of them, with its students. */
export const savedStatusRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const config = { scopes: QUALIFICATION_SCOPES };
  app.get(
    `${Q}/statuses/:seq`,
    { config, schema: { tags, params: StatusParams, response: responses({ 200: StatusAnswer }) } },
    async (request) => {
      const { periodId, seq } = request.params;
      const { language } = await requirePeriod(context, request, periodId, 'see');
      const status = await requireStatus(context, periodId, seq);
      return statusAnswer(context, status, languageOf(request.headers['accept-language'], language));
    },
  );
  app.get(
    `${Q}/statuses/:seq/students`,
    {
      config,
      schema: {
        tags,
        params: StatusParams,
        querystring: StatusStudentsQuery,
        response: responses({ 200: StatusStudentsAnswer }),
      },
    },
    async (request) => {
      const { periodId, seq } = request.params;
      const { language } = await requirePeriod(context, request, periodId, 'see');
      const status = await requireStatus(context, periodId, seq);
      const { limit, cursor } = request.query;
      const after = cursor === undefined ? undefined : Number(decodeCursor(cursor, [/^\d{1,9}$/])[0]);
      const found = await readStatusRows(context.knex, status.statusId, { after, limit: limit + 1 });
      const page = found.slice(0, limit);
      const words = statusWords(status, languageOf(request.headers['accept-language'], language));
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map((row) => statusStudent(row, words)),
        nextCursor: last === undefined ? null : encodeCursor([String(last.position)]),
      };
    },
  );
};
