import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProviderRules } from '../../../config/provider-rules';
import { ApiError } from '../../../contracts/api-error';
import { responses } from '../../../contracts/http/common';
import * as http from '../../../contracts/http/reviews';
import type { Scope } from '../../../contracts/scopes';
import { findByCode, type LocatedAttempt } from '../../../db/attempts/find';
import { findLiveByExternalId } from '../../../db/attempts/reviews/callback-attempts';
import { readRestReview, readSoftwareSecureReview } from '../../../domain/attempts/reviews/payload';
import type { ApiContext, RouteOptions } from '../../context';
import {
  authenticateRest,
  authenticateSoftwareSecure,
  configuredProvider,
  requireOwnAttempt,
  toStorableJson,
} from './authenticate';
import { CallbackInbox } from './inbox';
import { rejectCallback } from './reject';

const tags = ['callbacks'];
const anonymous = { anonymous: true, idempotencyKey: false } as const;
const vendor: { scopes: Scope[] } = { scopes: ['callbacks'] };
/** A review of a long exam has many comments. */
const bodyLimit = 1024 * 1024;
const response = responses({ 202: http.CallbackAnswer });

/** SoftwareSecure's callbacks. Postgres alone answers: they are taken while Temporal is down. */
export const softwareSecureRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex, settings, now } = context;
  const rules = new ProviderRules(settings.providers, settings.reviewSlaMs);
  const inbox = new CallbackInbox(context);

  const review = { tags, params: http.ProviderParams, body: http.VendorBody, response };
  app.post('/providers/:provider/reviews', { config: anonymous, bodyLimit, schema: review }, async (request, reply) => {
    const provider = configuredProvider(context, request.params.provider);
    const body = toStorableJson(request.body);
    const trusted = await authenticateSoftwareSecure(context, request, provider);
    const payload = readSoftwareSecureReview(request.body);
    const fields = { provider: provider.name, payload, trusted, body };
    if (await inbox.receivePlainReview(request, fields, rules.rules(provider.name))) {
      return answerReceived(reply, payload.attemptCode ?? '');
    }
    const located = payload.attemptCode === undefined ? undefined : await findByCode(knex, payload.attemptCode, now());
    if (located) await requireOwnAttempt(context, request, provider.name, located);
    const callback = { ...fields, located };
    await inbox.receiveReview(request, callback, rules.rules(located?.ref.provider ?? provider.name));
    return answerReceived(reply, payload.attemptCode ?? '');
  });

  const redirect = responses({ 302: Type.Null({ description: 'To the exam, whether it was opened by this or not' }) });
  const launch = {
    config: anonymous,
    exposeHeadRoute: false,
    schema: { tags, params: http.LaunchParams, response: redirect },
  };
  app.get('/providers/:provider/start/:attemptCode', launch, async (request, reply) => {
    const { attemptCode } = request.params;
    const provider = configuredProvider(context, request.params.provider).name;
    const located = await findByCode(knex, attemptCode, now());
    if (!located || located.view.isArchived) return unknownAttempt(context, request, { provider, object: attemptCode });
    await requireOwnAttempt(context, request, provider, located);
    await inbox.receiveReady({ provider, located, trusted: false, body: '{}' }, 'software_secure', located);
    const { courseId, contentId } = located.view;
    return reply.redirect(encodeURI(`${settings.platformUrl ?? ''}/courses/${courseId}/jump_to/${contentId}`), 302);
  });
};

/** The edX REST protocol's callbacks, with a token of scope callbacks. */
export const restCallbackRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { settings } = context;
  const rules = new ProviderRules(settings.providers, settings.reviewSlaMs);
  const inbox = new CallbackInbox(context);
  const params = http.ExternalAttemptParams;

  const ready = { tags, params, body: http.ReadyBody, response };
  app.post(
    '/providers/:provider/attempts/:externalId/ready',
    { config: vendor, schema: ready },
    async (request, reply) => {
      const located = await ownAttempt(context, request, request.params);
      const body = toStorableJson(request.body);
      await inbox.receiveReady({ provider: request.params.provider, located, trusted: true, body }, 'rest', located);
      return answerReceived(reply, located.view.attemptCode);
    },
  );

  const reviewed = { config: vendor, bodyLimit, schema: { tags, params, body: http.VendorBody, response } };
  app.post('/providers/:provider/attempts/:externalId/reviewed', reviewed, async (request, reply) => {
    const { provider, externalId } = request.params;
    const located = await ownAttempt(context, request, request.params);
    const body = toStorableJson(request.body);
    const { attemptCode } = located.view;
    const payload = readRestReview(request.body, { attemptCode, externalId });
    const callback = { provider, located, payload, trusted: true, body };
    await inbox.receiveReview(request, callback, rules.rules(located.ref.provider ?? provider));
    return answerReceived(reply, attemptCode);
  });
};

/** The live attempt of an external id, if it is the provider's. Ids are unique per provider only, so it goes first. */
async function ownAttempt(
  context: ApiContext,
  request: FastifyRequest,
  address: { provider: string; externalId: string },
): Promise<LocatedAttempt> {
  const { provider, externalId } = address;
  await authenticateRest(context, request, address);
  const found = await findLiveByExternalId(context.knex, externalId, context.now());
  const located = found.find((candidate) => candidate.ref.provider === provider) ?? found[0];
  if (!located) return unknownAttempt(context, request, { provider, object: externalId });
  const { courses } = request.principal;
  if (courses !== undefined && !courses.includes(located.view.courseId)) throw new ApiError('attempt-not-found');
  await requireOwnAttempt(context, request, provider, located);
  return located;
}

function unknownAttempt(
  context: ApiContext,
  request: FastifyRequest,
  auditSubject: { provider: string; object: string },
): Promise<never> {
  return rejectCallback(context, request, auditSubject, {
    code: 'attempt-not-found',
    detail: 'There is no such attempt.',
  });
}

function answerReceived(reply: FastifyReply, attemptCode: string): { attemptCode: string; state: 'received' } {
  void reply.code(202).header('location', `/v1/attempts/${encodeURIComponent(attemptCode)}/reviews`);
  return { attemptCode, state: 'received' };
}
