import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { responses } from '../../contracts/http/common';
import { PeriodParams } from '../../contracts/http/qualification/common';
import { DraftAnswer, DraftListAnswer, DraftListQuery, DraftParams } from '../../contracts/http/qualification/drafts';
import { listDrafts, type StoredDraft } from '../../db/qualification/drafts';
import type { StoredPeriod } from '../../db/qualification/periods';
import type { ApiContext, RouteOptions } from '../context';
import { languageOf } from '../http/language';
import { setVersionTag } from '../http/preconditions';
import { QUALIFICATION_SCOPES, requirePeriod } from './access';
import { draftAnswer, draftItem } from './draft-answer';
import { requireDraft, requireOpenDraft } from './draft-commands';

const tags = ['qualification'];
const config = { scopes: QUALIFICATION_SCOPES };
const LIST = '/periods/:periodId/qualification/drafts';
const ONE = `${LIST}/:draftId`;

/** Drafts as all administrators of the period see them. */
export const draftReadRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  app.get(
    LIST,
    {
      config,
      schema: {
        tags,
        params: PeriodParams,
        querystring: DraftListQuery,
        response: responses({ 200: DraftListAnswer }),
      },
    },
    async (request) => {
      const period = await requirePeriod(context, request, request.params.periodId, 'see');
      const language = languageOf(request.headers['accept-language'], period.language);
      const { items, nextCursor } = await listDrafts(context.knex, period.periodId, request.query);
      return { items: await Promise.all(items.map((draft) => draftItem(context, draft, language))), nextCursor };
    },
  );
  app.get(
    ONE,
    { config, schema: { tags, params: DraftParams, response: responses({ 200: DraftAnswer }) } },
    async (request, reply) => {
      const { periodId, draftId } = request.params;
      const period = await requirePeriod(context, request, periodId, 'see');
      const draft = await requireDraft(context, periodId, draftId);
      if (!ENDED_BY_HAND.has(draft.state)) await requireOpenDraft(context, periodId, draftId);
      return sendDraft(context, request, reply, { period, draft });
    },
  );
};

const ENDED_BY_HAND: ReadonlySet<StoredDraft['state']> = new Set(['saved', 'discarded']);

/** Answers with the draft and its ETag. */
export async function sendDraft(
  context: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  { period, draft }: { period: StoredPeriod; draft: StoredDraft },
): Promise<DraftAnswer> {
  setVersionTag(reply, draft.version);
  return draftAnswer(context, request, period, draft);
}
