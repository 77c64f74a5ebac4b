import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { responses } from '../../contracts/http/common';
import {
  type DecidedStudentAnswer,
  DraftParams,
  DraftStudentsAnswer,
  DraftStudentsQuery,
} from '../../contracts/http/qualification/drafts';
import { decodeCursor, encodeCursor } from '../../db/core/cursor';
import type { StoredDraft } from '../../db/qualification/drafts';
import { decidedElsewhere } from '../../domain/qualification/plugins/select';
import type { Language } from '../../domain/qualification/text';
import type { ApiContext, RouteOptions } from '../context';
import { languageOf } from '../http/language';
import { QUALIFICATION_SCOPES, requirePeriod } from './access';
import { requirePreview } from './draft-commands';
import { type ListWords, listWords, namedCells, reasonInWords } from './in-words';
import { type PreviewedStudent, selectStudents } from './previewed-students';

/** Who qualifies by a draft, and why. */
export const draftStudentRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  app.get(
    '/periods/:periodId/qualification/drafts/:draftId/students',
    {
      config: { scopes: QUALIFICATION_SCOPES },
      schema: {
        tags: ['qualification'],
        params: DraftParams,
        querystring: DraftStudentsQuery,
        response: responses({ 200: DraftStudentsAnswer }),
      },
    },
    async (request) => {
      const { periodId, draftId } = request.params;
      const period = await requirePeriod(context, request, periodId, 'see');
      const draft = await requirePreview(context, periodId, draftId);
      const language = languageOf(request.headers['accept-language'], period.language);
      const { limit, cursor, ...filter } = request.query;
      const found = await selectStudents(context.knex, draft, filter, {
        limit: limit + 1,
        language,
        ...(cursor === undefined ? {} : { after: decodeCursor(cursor, [/^[^]+$/])[0] as string }),
      });
      const words = draftWords(context, draft, language);
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map((student) => studentAnswer(student, words)),
        nextCursor: last === undefined ? null : encodeCursor([last.userId]),
      };
    },
  );
};

/** The words of a draft: its plugin's, with the assignments' names when it was worked out. */
function draftWords({ plugins }: ApiContext, draft: StoredDraft, language: Language): ListWords {
  const plugin = plugins.find(({ id }) => id === draft.pluginId) ?? decidedElsewhere;
  return listWords(language, plugin.messages, draft.preview?.assignments ?? []);
}

function studentAnswer(student: PreviewedStudent, words: ListWords): DecidedStudentAnswer {
  const { userId, username, fullName, qualifies, before, reason, cells } = student;
  return {
    userId,
    username,
    fullName,
    qualifies,
    before,
    reason: reasonInWords(reason, words),
    cells: namedCells(cells, words.assignments),
  };
}
