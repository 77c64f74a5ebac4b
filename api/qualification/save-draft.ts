import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ApiError } from '../../contracts/api-error';
import { responses } from '../../contracts/http/common';
import { DraftParams, SaveBody } from '../../contracts/http/qualification/drafts';
import { StatusAnswer } from '../../contracts/http/qualification/statuses';
import { findStatusOfCommand } from '../../db/qualification/statuses';
import type { RouteOptions } from '../context';
import { languageOf } from '../http/language';
import { QUALIFICATION_SCOPES, requirePeriod } from './access';
import { askFor, ifVersion, requireDraft, withOutcome } from './draft-commands';
import { statusAnswer } from './status-answer';

/** Saving: the decision itself, made where the draft's workflow runs and nothing can move meanwhile. */
export const draftSaveRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  app.post(
    '/periods/:periodId/qualification/drafts/:draftId/save',
    {
      /** Two lists of a hundred thousand ids. */
      bodyLimit: 8 * 1024 * 1024,
      config: { scopes: QUALIFICATION_SCOPES },
      schema: {
        tags: ['qualification'],
        params: DraftParams,
        body: SaveBody,
        response: responses({ 201: StatusAnswer }),
      },
    },
    async (request, reply) => {
      const { periodId, draftId } = request.params;
      const period = await requirePeriod(context, request, periodId, 'save');
      const language = languageOf(request.headers['accept-language'], period.language);
      await requireDraft(context, periodId, draftId);
      const { reason, ...asked } = request.body;
      const save = { ...asked, ...ifVersion(request) };
      await askFor(context, request, { periodId, draftId, type: 'save', request: save, reason });
      const { commandId } = request;
      await withOutcome(context, request, language, () =>
        context.temporal.drafts.save({ periodId, draftId }, { commandId }),
      );
      const status = await findStatusOfCommand(context.knex, commandId);
      if (status === undefined) throw new ApiError('outcome-unknown');
      void reply.code(201);
      void reply.header('location', `/v1/periods/${encodeURIComponent(periodId)}/qualification/statuses/${status.seq}`);
      return statusAnswer(context, status, language);
    },
  );
};
