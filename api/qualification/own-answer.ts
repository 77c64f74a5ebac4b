import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ApiError } from '../../contracts/api-error';
import { ListQuery, responses, strictObject } from '../../contracts/http/common';
import { LearnerParams } from '../../contracts/http/learners';
import { OwnQualificationAnswer } from '../../contracts/http/qualification/statuses';
import { decodeCursor, encodeCursor } from '../../db/core/cursor';
import { listOwnAnswers, type OwnAnswerRow } from '../../db/qualification/own-answers';
import { decidedElsewhere } from '../../domain/qualification/plugins/select';
import { ownAnswer } from '../../domain/qualification/statuses';
import type { RouteOptions } from '../context';
import { languageOf } from '../http/language';
import { qualificationPrincipal } from './access';
import { listWords, reasonInWords } from './in-words';

type OwnItem = OwnQualificationAnswer['items'][number];

/** What a student is told of himself: an answer only while the list is ready, and nothing before or after. */
export const ownQualificationRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  app.get(
    '/learners/:userId/qualification',
    {
      config: { scopes: ['attempts:take', 'qualification:admin'] },
      schema: {
        tags: ['qualification'],
        params: LearnerParams,
        querystring: strictObject(ListQuery),
        response: responses({ 200: OwnQualificationAnswer }),
      },
    },
    async (request) => {
      const { userId } = request.params;
      const { learnerId, scopes, limits } = qualificationPrincipal(request.principal);
      const isAdmin = scopes.has('qualification:admin') && limits.nodes === undefined && limits.periods === undefined;
      if (!isAdmin && learnerId !== userId) throw new ApiError('not-period-administrator');
      const { limit, cursor } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, [/^[^]+$/])[0];
      const found = await listOwnAnswers(context.knex, userId, { after, limit: limit + 1 });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map((row) => ownItem(row, request.headers['accept-language'])),
        nextCursor: last === undefined ? null : encodeCursor([last.periodId]),
      };
    },
  );
};

function ownItem(row: OwnAnswerRow, acceptLanguage: string | undefined): OwnItem {
  const { periodId, shortName, longName, status, reason } = row;
  const qualifies = ownAnswer(status && { status }, reason && { qualifies: row.qualifies });
  const messages = row.plugin?.messages ?? decidedElsewhere.messages;
  const words = listWords(languageOf(acceptLanguage, row.language), messages, row.assignments ?? []);
  const told = qualifies === null || reason === null ? null : reasonInWords(reason, words);
  return { periodId, shortName, longName, qualifies, reason: told };
}
