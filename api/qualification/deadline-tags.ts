import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../contracts/api-error';
import { responses } from '../../contracts/http/common';
import { DeadlineTagAnswer, DeadlineTagBody, DeadlineTagParams } from '../../contracts/http/qualification/periods';
import { periodsWithTag, upsertDeadlineTag } from '../../db/qualification/periods';
import type { ApiContext, RouteOptions } from '../context';
import { ADMIN_SCOPES, requirePeriod } from './access';
import { changeAudited } from './audited';

const tags = ['qualification'];

/** A deadline by which lists are wanted. A period has one at most; another one replaces it. */
export const deadlineTagRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  app.put(
    '/deadline-tags/:tagId',
    {
      config: { scopes: ADMIN_SCOPES },
      schema: {
        tags,
        params: DeadlineTagParams,
        body: DeadlineTagBody,
        response: responses({ 200: DeadlineTagAnswer }),
      },
    },
    async (request) => {
      const { tagId } = request.params;
      const { at, tag = null } = request.body;
      await requireTagWithinLimits(context, request, tagId);
      return changeAudited(context, request, async (trx) => {
        await upsertDeadlineTag(trx, { tagId, at: new Date(at), tag });
        const result = { tagId, at: new Date(at).toISOString(), tag };
        return {
          result,
          audit: { action: 'deadline-tag.stored', object: `deadline-tag/${tagId}`, detail: { at, tag } },
        };
      });
    },
  );
};

/** Others' periods may hang on the same tag: a limited token moves no deadline of theirs. */
async function requireTagWithinLimits(context: ApiContext, request: FastifyRequest, tagId: string): Promise<void> {
  const { nodes, periods } = request.principal;
  if (nodes === undefined && periods === undefined) return;
  for (const periodId of await periodsWithTag(context.knex, tagId)) {
    await requirePeriod(context, request, periodId, 'see').catch(() => {
      throw new ApiError('deadline-tag-not-found');
    });
  }
}
