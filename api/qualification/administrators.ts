import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../contracts/api-error';
import { responses } from '../../contracts/http/common';
import { PeriodParams } from '../../contracts/http/qualification/common';
import {
  AdministratorAnswer,
  AdministratorListAnswer,
  AdministratorQuery,
  NodeAdministratorParams,
  NodeParams,
  PeriodAdministratorParams,
} from '../../contracts/http/qualification/periods';
import {
  addAdministrator,
  type Administrator,
  listAdministrators,
  removeAdministrator,
} from '../../db/qualification/administrators';
import type { ApiContext, RouteOptions } from '../context';
import { ADMIN_SCOPES, requireNode, requirePeriod } from './access';
import { changeAudited } from './audited';

const tags = ['qualification'];
const gone = responses({ 204: Type.Null() });

/** Who administers nodes and periods. Only the admin scope changes it, so that nobody appoints himself. */
export const administratorRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const config = { scopes: ADMIN_SCOPES };
  const querystring = AdministratorQuery;
  const kept = responses({ 200: AdministratorAnswer });
  app.put(
    '/nodes/:nodeId/administrators/:subject',
    { config, schema: { tags, params: NodeAdministratorParams, querystring, response: kept } },
    async (request) => {
      await requireNode(context, request, request.params.nodeId);
      return add(context, request, onNode(request.params.nodeId), request.params.subject, request.query.issuer);
    },
  );
  app.delete(
    '/nodes/:nodeId/administrators/:subject',
    { config, schema: { tags, params: NodeAdministratorParams, querystring, response: gone } },
    async (request, reply) => {
      await requireNode(context, request, request.params.nodeId);
      await remove(context, request, onNode(request.params.nodeId), request.params.subject, request.query.issuer);
      return reply.code(204).send(null);
    },
  );
};

/** The same on periods. */
export const periodAdministratorRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const config = { scopes: ADMIN_SCOPES };
  const querystring = AdministratorQuery;
  const kept = responses({ 200: AdministratorAnswer });
  app.put(
    '/periods/:periodId/administrators/:subject',
    { config, schema: { tags, params: PeriodAdministratorParams, querystring, response: kept } },
    async (request) => {
      await requirePeriod(context, request, request.params.periodId, 'see');
      return add(context, request, onPeriod(request.params.periodId), request.params.subject, request.query.issuer);
    },
  );
  app.delete(
    '/periods/:periodId/administrators/:subject',
    { config, schema: { tags, params: PeriodAdministratorParams, querystring, response: gone } },
    async (request, reply) => {
      await requirePeriod(context, request, request.params.periodId, 'see');
      await remove(context, request, onPeriod(request.params.periodId), request.params.subject, request.query.issuer);
      return reply.code(204).send(null);
    },
  );
};

/** Who is listed where, for those with the admin scope. */
export const administratorListRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const config = { scopes: ADMIN_SCOPES };
  const response = responses({ 200: AdministratorListAnswer });
  app.get(
    '/nodes/:nodeId/administrators',
    { config, schema: { tags, params: NodeParams, response } },
    async (request) => {
      await requireNode(context, request, request.params.nodeId);
      return { items: await listAdministrators(context.knex, onNode(request.params.nodeId)), nextCursor: null };
    },
  );
  app.get(
    '/periods/:periodId/administrators',
    { config, schema: { tags, params: PeriodParams, response } },
    async (request) => {
      await requirePeriod(context, request, request.params.periodId, 'see');
      return { items: await listAdministrators(context.knex, onPeriod(request.params.periodId)), nextCursor: null };
    },
  );
};

type AdministeredObject = Pick<Administrator, 'objectKind' | 'objectId'>;

const onNode = (objectId: string): AdministeredObject => ({ objectKind: 'node', objectId });
const onPeriod = (objectId: string): AdministeredObject => ({ objectKind: 'period', objectId });

async function add(
  context: ApiContext,
  request: FastifyRequest,
  object: AdministeredObject,
  subject: string,
  given: string | undefined,
): Promise<{ issuer: string; subject: string }> {
  const issuer = requireIssuer(context, given);
  return changeAudited(context, request, async (trx) => {
    const isNew = await addAdministrator(trx, { ...object, issuer, subject });
    return { result: { issuer, subject }, audit: isNew ? auditOf('added', object) : null };
  });
}

async function remove(
  context: ApiContext,
  request: FastifyRequest,
  object: AdministeredObject,
  subject: string,
  given: string | undefined,
): Promise<void> {
  const issuer = requireIssuer(context, given);
  await changeAudited(context, request, async (trx) => {
    const wasThere = await removeAdministrator(trx, { ...object, issuer, subject });
    if (!wasThere) throw new ApiError('administrator-not-found');
    return { result: null, audit: auditOf('removed', object) };
  });
}

/** A subject may be an e-mail, so the log names the object alone. */
function auditOf(
  what: 'added' | 'removed',
  { objectKind, objectId }: AdministeredObject,
): { action: string; object: string } {
  return { action: `administrator.${what}`, object: `${objectKind}/${objectId}` };
}

/** @throws ApiError 400 where no issuer was given and the installation does not name exactly one. */
export function requireIssuer({ settings }: ApiContext, given: string | undefined): string {
  const [only, ...others] = settings.auth.issuers;
  const issuer = given ?? (others.length === 0 ? only?.issuer : undefined);
  if (issuer !== undefined) return issuer;
  const message = 'is needed, as AUTH_ISSUER and AUTH_ISSUERS do not name exactly one';
  throw new ApiError('bad-request', `querystring/issuer ${message}`, {
    errors: [{ in: 'querystring', pointer: '/issuer', message }],
  });
}
