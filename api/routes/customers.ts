import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { answers } from '../../contracts/http/common';
import {
  type CustomerAnswer,
  CustomerAnswer as Answer,
  CustomerBody,
  CustomerParams,
} from '../../contracts/http/customers';
import { type StoredCustomer, upsertCustomer } from '../../db/exports/customers';
import { requireCustomer, visibleCustomer } from '../customer-access';
import type { RouteOptions } from '../dependencies';
import type { Scope } from '../principal';

const tags = ['learner exports'];
const read: { scopes: Scope[] } = { scopes: ['exports:read', 'exports:write'] };
const write: { scopes: Scope[] } = { scopes: ['exports:write'] };

/** Whose learners are exported. */
export const customerRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const shown = { tags, params: CustomerParams, response: answers({ 200: Answer }) };
  app.get('/customers/:customerId', { config: read, schema: shown }, async ({ principal, params }) =>
    customerAnswer(await visibleCustomer(context, principal, params.customerId)),
  );

  const schema = { ...shown, body: CustomerBody };
  app.put('/customers/:customerId', { config: write, schema }, async ({ principal, params, body }) => {
    requireCustomer(principal, params.customerId);
    const { enableAuditEnrollment = false, enableAuditDataReporting = false, identityProvider = null } = body;
    const switches = { enableAuditEnrollment, enableAuditDataReporting, identityProvider };
    return customerAnswer(await upsertCustomer(context.knex, { id: params.customerId, ...body, ...switches }));
  });
};

function customerAnswer({ id, ...rest }: StoredCustomer): CustomerAnswer {
  return { customerId: id, ...rest };
}
