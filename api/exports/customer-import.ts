import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { responses } from '../../contracts/http/common';
import { CustomerImportAnswer } from '../../contracts/http/customer-import';
import { CustomerParams } from '../../contracts/http/customers';
import { visibleCustomer } from '../auth/customer-access';
import type { RouteOptions } from '../context';
import { importCustomerRows } from './import-rows';

/** Learners, enrollments, consents and earlier transmissions of a customer, however many, as one stream. */
export const customerImportRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/x-ndjson', (_request, payload, done) => done(null, payload));
  app.post(
    '/customers/:customerId/import',
    {
      config: { scopes: ['exports:write'], idempotencyKey: false, streamedBody: true },
      schema: {
        tags: ['learner exports'],
        params: CustomerParams,
        consumes: ['application/x-ndjson'],
        response: responses({ 200: CustomerImportAnswer }),
      },
    },
    async ({ principal, params, body }) => {
      const { id } = await visibleCustomer(context, principal, params.customerId);
      const { knex, settings, now } = context;
      const importContext = { knex, customerId: id, keys: settings.credentialKeys, now: now() };
      return importCustomerRows(importContext, body as AsyncIterable<Uint8Array> | undefined);
    },
  );
};
