import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { answers } from '../../contracts/http/common';
import {
  CustomerParams,
  type TransmissionAnswer,
  TransmissionListAnswer,
  TransmissionListQuery,
} from '../../contracts/http/customers';
import { type LedgerEntry, listTransmissions } from '../../db/exports/ledger-list';
import { visibleCustomer } from '../customer-access';
import type { RouteOptions } from '../dependencies';

/** What channels were told of a customer's learners, newest first. */
export const transmissionRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const schema = {
    tags: ['learner exports'],
    params: CustomerParams,
    querystring: TransmissionListQuery,
    response: answers({ 200: TransmissionListAnswer }),
  };
  app.get(
    '/customers/:customerId/transmissions',
    { config: { scopes: ['exports:read', 'exports:write'] }, schema },
    async ({ principal, params, query: { learnerId, channelId, ...page } }) => {
      const { id } = await visibleCustomer(context, principal, params.customerId);
      const filter = {
        customerId: id,
        ...(learnerId === undefined ? {} : { learnerId }),
        ...(channelId === undefined ? {} : { channelId }),
      };
      const { items, nextCursor } = await listTransmissions(context.knex, filter, page);
      return { items: items.map(transmissionAnswer), nextCursor };
    },
  );
};

function transmissionAnswer(entry: LedgerEntry): TransmissionAnswer {
  const { id, userId, runId, completedAt, claimedAt, settledAt, ...rest } = entry;
  return {
    ...rest,
    transmissionId: id,
    learnerId: userId,
    exportId: runId,
    completedAt: completedAt?.toISOString() ?? null,
    claimedAt: claimedAt.toISOString(),
    settledAt: settledAt?.toISOString() ?? null,
  };
}
