import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { ok } from '../../contracts/http/common';
import { CustomerImportAnswer, IMPORT_LINES, type ImportKind } from '../../contracts/http/customer-import';
import { CustomerParams } from '../../contracts/http/customers';
import { importAuditRows } from '../../db/exports/import-audits';
import * as rows from '../../db/exports/import-rows';
import { visibleCustomer } from '../auth/customer-access';
import type { ApiContext, RouteOptions } from '../context';
import { acceptNdjson, importLines, type LineKind, lineKind } from '../http/ndjson-import';

const CHECKS = {
  learner: TypeCompiler.Compile(IMPORT_LINES.learner),
  enrollment: TypeCompiler.Compile(IMPORT_LINES.enrollment),
  consent: TypeCompiler.Compile(IMPORT_LINES.consent),
  clickThrough: TypeCompiler.Compile(IMPORT_LINES.clickThrough),
  audit: TypeCompiler.Compile(IMPORT_LINES.audit),
};

/** Learners, enrollments, consents and earlier transmissions of a customer, however many, as one stream. */
export const customerImportRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  acceptNdjson(app);
  const schema = {
    tags: ['learner exports'],
    params: CustomerParams,
    consumes: ['application/x-ndjson'],
    response: ok(CustomerImportAnswer),
  };
  const config = { scopes: ['exports:write' as const], idempotencyKey: false as const, streamedBody: true as const };
  app.post('/customers/:customerId/import', { config, schema }, async ({ principal, params, body }) => {
    const { id } = await visibleCustomer(context, principal, params.customerId);
    return importLines(body, linesOf(context, id), kindOf);
  });
};

function kindOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
}

/** Learners come before their enrollments, and these before their audits. */
function linesOf({ knex, settings, now }: ApiContext, customerId: string): Record<ImportKind, LineKind> {
  const at = now();
  const keys = settings.credentialKeys;
  return {
    learner: lineKind(CHECKS.learner, (lines) => rows.importLearnerRows(knex, customerId, lines)),
    enrollment: lineKind(CHECKS.enrollment, async (lines) => {
      const missing = await rows.importEnrollmentRows(knex, customerId, lines);
      return ({ userId }) => (missing.has(userId) ? '/userId: is no learner of the customer' : null);
    }),
    consent: lineKind(CHECKS.consent, (lines) => rows.importConsentRows(knex, customerId, lines)),
    clickThrough: lineKind(CHECKS.clickThrough, async (lines) => {
      if (keys === undefined) return () => '/sessionToken: there are no keys to keep it with (CREDENTIAL_KEYS)';
      return rows.importClickThroughRows(knex, customerId, lines, keys);
    }),
    audit: lineKind(CHECKS.audit, async (lines) => {
      const missing = await importAuditRows(knex, customerId, lines, at);
      return ({ enrollmentId, channelId }) => {
        if (missing.channelIds.has(channelId)) return '/channelId: is no channel of the customer';
        return missing.enrollmentIds.has(enrollmentId) ? '/enrollmentId: is no enrollment of the customer' : null;
      };
    }),
  };
}
