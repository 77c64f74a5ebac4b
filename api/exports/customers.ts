import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ok } from '../../contracts/http/common';
import {
  type CustomerAnswer,
  CustomerAnswer as Answer,
  CustomerBody,
  CustomerParams,
} from '../../contracts/http/customers';
import type { Scope } from '../../contracts/scopes';
import { changeCustomer } from '../../db/exports/configuration-changes';
import { findCustomer, type StoredCustomer } from '../../db/exports/customers';
import { changedBy } from '../auth/changed-by';
import { requireCustomer, visibleCustomer } from '../auth/customer-access';
import type { RouteOptions } from '../context';
import { idTooLong, isChannelIdTooLong } from '../http/id-length';

const tags = ['learner exports'];
const read: { scopes: Scope[] } = { scopes: ['exports:read', 'exports:write'] };
const write: { scopes: Scope[] } = { scopes: ['exports:write'] };

/** Whose learners are exported. */
export const customerRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const readSchema = { tags, params: CustomerParams, response: ok(Answer) };
  app.get('/customers/:customerId', { config: read, schema: readSchema }, async ({ principal, params }) =>
    customerAnswer(await visibleCustomer(context, principal, params.customerId)),
  );

  const schema = { ...readSchema, body: CustomerBody };
  app.put('/customers/:customerId', { config: write, schema }, async (request) => {
    const { principal, params, body } = request;
    requireCustomer(principal, params.customerId);
    const isNew = !(await findCustomer(context.knex, params.customerId));
    if (isNew && isChannelIdTooLong(params.customerId)) throw idTooLong();
    const { enableAuditEnrollment = false, enableAuditDataReporting = false, identityProvider = null } = body;
    const switches = { enableAuditEnrollment, enableAuditDataReporting, identityProvider };
    const customer = { id: params.customerId, ...body, ...switches };
    return customerAnswer(await changeCustomer(context.knex, customer, changedBy(context, request)));
  });
};

function customerAnswer({ id, ...rest }: StoredCustomer): CustomerAnswer {
  return { customerId: id, ...rest };
}
