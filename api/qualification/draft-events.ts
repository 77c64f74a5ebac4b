import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { streamedResponses } from '../../contracts/http/common';
import { DraftParams } from '../../contracts/http/qualification/drafts';
import type { RouteOptions } from '../context';
import type { ProgressSnapshot } from '../http/event-stream';
import { languageOf } from '../http/language';
import { Watchers } from '../http/watchers';
import { QUALIFICATION_SCOPES, requirePeriod } from './access';
import { draftItem } from './draft-answer';
import { requireDraft, requireOpenDraft } from './draft-commands';

/** A draft as it is worked out, chosen anew, saved or thrown away. */
export const draftEventRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const watchers = new Watchers(app);
  app.get(
    '/periods/:periodId/qualification/drafts/:draftId/events',
    {
      config: { scopes: QUALIFICATION_SCOPES },
      schema: {
        tags: ['qualification'],
        params: DraftParams,
        response: streamedResponses(null, ['text/event-stream']),
      },
    },
    async (request, reply) => {
      const { periodId, draftId } = request.params;
      const period = await requirePeriod(context, request, periodId, 'see');
      const language = languageOf(request.headers['accept-language'], period.language);
      await requireWatchable(periodId, draftId);
      const readSnapshot = async (): Promise<ProgressSnapshot> => {
        // Whoever is taken off the list meanwhile sees no more of it.
        await requirePeriod(context, request, periodId, 'see');
        const draft = await requireDraft(context, periodId, draftId);
        const ended = draft.state === 'saved' || draft.state === 'discarded' || draft.state === 'expired';
        return { id: String(draft.version), data: await draftItem(context, draft, language), ended };
      };
      const { id, ended } = await readSnapshot();
      // Stops an EventSource that has seen the end from reconnecting.
      if (ended && request.headers['last-event-id'] === id) return reply.code(204).send();
      return watchers.stream(reply, readSnapshot);
    },
  );

  /** @throws ApiError 404, or 410 where it expired before anybody watched */
  async function requireWatchable(periodId: string, draftId: string): Promise<void> {
    const { state } = await requireDraft(context, periodId, draftId);
    if (state !== 'saved' && state !== 'discarded') await requireOpenDraft(context, periodId, draftId);
  }
};
