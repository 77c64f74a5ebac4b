import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ApiError } from '../../contracts/api-error';
import { ok } from '../../contracts/http/common';
import { CustomerParams } from '../../contracts/http/customers';
import * as http from '../../contracts/http/transmissions';
import { findTransmission, type LedgerEntry, listTransmissions } from '../../db/exports/ledger-list';
import { resolveHeld } from '../../db/exports/resolve-held';
import { changedBy } from '../auth/changed-by';
import { visibleCustomer } from '../auth/customer-access';
import type { RouteOptions } from '../context';

const tags = ['learner exports'];

/** What was sent to channels of a customer's learners, newest first; and resolving those in doubt. */
export const transmissionRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const list = {
    tags,
    params: CustomerParams,
    querystring: http.TransmissionListQuery,
    response: ok(http.TransmissionListAnswer),
  };
  app.get(
    '/customers/:customerId/transmissions',
    { config: { scopes: ['exports:read', 'exports:write'] }, schema: list },
    async ({ principal, params, query: { learnerId, channelId, state, ...page } }) => {
      const { id } = await visibleCustomer(context, principal, params.customerId);
      const filter = { customerId: id, userId: learnerId, channelId, state };
      const { items, nextCursor } = await listTransmissions(context.knex, filter, page);
      return { items: items.map(transmissionAnswer), nextCursor };
    },
  );

  const resolve = {
    tags,
    params: http.TransmissionParams,
    body: http.ResolveBody,
    response: ok(http.TransmissionAnswer),
  };
  app.post(
    '/customers/:customerId/transmissions/:transmissionId/resolve',
    { config: { scopes: ['exports:write'] }, schema: resolve },
    async (request) => {
      const { principal, params, body } = request;
      const { id: customerId } = await visibleCustomer(context, principal, params.customerId);
      const { transmissionId } = params;
      const held = { customerId, transmissionId, as: body.as };
      const resolved = await resolveHeld(context.knex, held, changedBy(context, request));
      if (resolved?.agrees === false) throw notHeldError(resolved);
      const entry = await findTransmission(context.knex, customerId, transmissionId);
      if (!entry) throw new ApiError('transmission-not-found');
      return transmissionAnswer(entry);
    },
  );
};

function notHeldError({ state, resolvedAs }: Pick<LedgerEntry, 'state' | 'resolvedAs'>): ApiError {
  const before = resolvedAs === null ? `It is ${state}.` : `It was resolved as ${resolvedAs}.`;
  return new ApiError('transmission-not-held', before);
}

function transmissionAnswer(entry: LedgerEntry): http.TransmissionAnswer {
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
