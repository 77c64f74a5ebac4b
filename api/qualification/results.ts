import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ListQuery, responses, strictObject } from '../../contracts/http/common';
import { PeriodParams } from '../../contracts/http/qualification/common';
import { ResultsAnswer } from '../../contracts/http/qualification/results';
import { decodeCursor, encodeCursor } from '../../db/core/cursor';
import { findNames } from '../../db/qualification/names';
import { readAssignments, readCandidatesOutside, readResults } from '../../db/qualification/results';
import { type GroupResult, shownState } from '../../domain/qualification/group-result';
import { wordsFor } from '../../domain/qualification/messages/catalogue';
import type { Language } from '../../domain/qualification/text';
import type { RouteOptions } from '../context';
import { languageOf } from '../http/language';
import { QUALIFICATION_SCOPES, requirePeriod } from './access';

/** What there is to decide from, today and without a draft. */
export const periodResultRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  app.get(
    '/periods/:periodId/qualification/results',
    {
      config: { scopes: QUALIFICATION_SCOPES },
      schema: {
        tags: ['qualification'],
        params: PeriodParams,
        querystring: strictObject(ListQuery),
        response: responses({ 200: ResultsAnswer }),
      },
    },
    async (request) => {
      const { periodId, language: usual } = await requirePeriod(context, request, request.params.periodId, 'see');
      const language = languageOf(request.headers['accept-language'], usual);
      const { limit, cursor } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, [/^[^]+$/])[0];
      const assignments = await readAssignments(context.knex, periodId);
      const found = await readResults(context.knex, periodId, assignments, { after, limit: limit + 1 });
      const page = found.slice(0, limit);
      const names = await findNames(
        context.knex,
        page.map(({ userId }) => userId),
      );
      const shown = (group: GroupResult): ReturnType<typeof groupAnswer> => groupAnswer(group, context.now(), language);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        assignments: assignments.map(({ assignmentId, shortName, longName }) => ({
          assignmentId,
          shortName,
          longName,
        })),
        candidates: await readCandidatesOutside(context.knex, periodId),
        items: page.map(({ userId, results }) => ({
          userId,
          ...namesOf(names, userId),
          results: results.map(({ assignment, groups, best }) => ({
            assignmentId: assignment.assignmentId,
            groups: groups.map(shown),
            best: best && shown(best),
          })),
        })),
        nextCursor: last === undefined ? null : encodeCursor([last.userId]),
      };
    },
  );
};

type Names = Awaited<ReturnType<typeof findNames>>;

/** Somebody who is no learner here is shown as "name missing". */
export function namesOf(names: Names, userId: string): { username: string | null; fullName: string | null } {
  return names.get(userId) ?? { username: null, fullName: null };
}

function groupAnswer(
  { groupId, points, passing, grade, ...group }: GroupResult,
  at: Date,
  language: Language,
): {
  groupId: number;
  state: string;
  stateText: string;
  points: number | null;
  passing: boolean | null;
  grade: string | null;
} {
  const state = shownState(group, at);
  const key = state === 'corrected' ? (passing === true ? 'passed' : 'failed') : state;
  return { groupId, state, stateText: wordsFor(`cell.${key}`, language), points, passing, grade };
}
