import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProviderRules } from '../../../config/provider-rules';
import { answers } from '../../../contracts/http/common';
import * as http from '../../../contracts/http/reviews';
import { Refusal } from '../../../contracts/refusal';
import { findLiveByExternalId } from '../../../db/attempts/reviews/callback-attempts';
import { findByCode, type LocatedAttempt } from '../../../db/attempts/views';
import { readRestReview, readSoftwareSecureReview } from '../../../domain/attempts/reviews/payload';
import { admitRest, admitSoftwareSecure, configuredProvider, requireOwnAttempt, storable } from './authenticate';
import { Intake } from './inbox';
import { turnAway } from './rejected';
import type { ApiContext, RouteOptions } from '../../context';
import type { Scope } from '../../auth/principal';

const tags = ['callbacks'];
const anonymous = { anonymous: true, idempotencyKey: false } as const;
const vendor: { scopes: Scope[] } = { scopes: ['callbacks'] };
/** A review of a long exam has many comments. */
const bodyLimit = 1024 * 1024;
const response = answers({ 202: http.CallbackAnswer });

/** SoftwareSecure's callbacks. Postgres alone answers: they are taken while Temporal is down. */
export const softwareSecureRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex, settings, now } = context;
  const rules = new ProviderRules(settings.providers, settings.reviewSlaMs);
  const intake = new Intake(context);

  const review = { tags, params: http.ProviderParams, body: http.VendorBody, response };
  app.post('/providers/:provider/reviews', { config: anonymous, bodyLimit, schema: review }, async (request, reply) => {
    const provider = configuredProvider(context, request.params.provider);
    const body = storable(request.body);
    const trusted = await admitSoftwareSecure(context, request, provider);
    const claim = readSoftwareSecureReview(request.body);
    const plain = { provider: provider.name, claim, trusted, body };
    if (await intake.plainReview(request, plain, rules.rules(provider.name))) {
      return received(reply, claim.attemptCode ?? '');
    }
    const located = claim.attemptCode === undefined ? undefined : await findByCode(knex, claim.attemptCode, now());
    if (located) await requireOwnAttempt(context, request, provider.name, located);
    const arrival = { ...plain, located };
    await intake.review(request, arrival, rules.rules(located?.provider ?? provider.name));
    return received(reply, claim.attemptCode ?? '');
  });

  const redirect = answers({ 302: Type.Null({ description: 'To the exam, whether it was opened by this or not' }) });
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
    await intake.ready({ provider, located, trusted: false, body: '{}' }, 'software_secure', located);
    const { courseId, contentId } = located.view;
    return reply.redirect(encodeURI(`${settings.platformUrl ?? ''}/courses/${courseId}/jump_to/${contentId}`), 302);
  });
};

/** The edX REST protocol's callbacks, with a token of scope callbacks. */
export const restCallbackRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { settings } = context;
  const rules = new ProviderRules(settings.providers, settings.reviewSlaMs);
  const intake = new Intake(context);
  const params = http.ExternalAttemptParams;

  const ready = { tags, params, body: http.ReadyBody, response };
  app.post(
    '/providers/:provider/attempts/:externalId/ready',
    { config: vendor, schema: ready },
    async (request, reply) => {
      const located = await ownAttempt(context, request, request.params);
      const body = storable(request.body);
      await intake.ready({ provider: request.params.provider, located, trusted: true, body }, 'rest', located);
      return received(reply, located.view.attemptCode);
    },
  );

  const reviewed = { config: vendor, bodyLimit, schema: { tags, params, body: http.VendorBody, response } };
  app.post('/providers/:provider/attempts/:externalId/reviewed', reviewed, async (request, reply) => {
    const { provider, externalId } = request.params;
    const located = await ownAttempt(context, request, request.params);
    const body = storable(request.body);
    const { attemptCode } = located.view;
    const claim = readRestReview(request.body, { attemptCode, externalId });
    const arrival = { provider, located, claim, trusted: true, body };
    await intake.review(request, arrival, rules.rules(located.provider ?? provider));
    return received(reply, attemptCode);
  });
};

/** The live attempt of an external id, if it is the provider's. Ids are unique per provider only, so it goes first. */
async function ownAttempt(
  context: ApiContext,
  request: FastifyRequest,
  place: { provider: string; externalId: string },
): Promise<LocatedAttempt> {
  const { provider, externalId } = place;
  await admitRest(context, request, place);
  const found = await findLiveByExternalId(context.knex, externalId, context.now());
  const located = found.find((one) => one.provider === provider) ?? found[0];
  if (!located) return unknownAttempt(context, request, { provider, object: externalId });
  const { courses } = request.principal;
  if (courses !== undefined && !courses.includes(located.view.courseId)) throw new Refusal('attempt-not-found');
  await requireOwnAttempt(context, request, provider, located);
  return located;
}

function unknownAttempt(
  context: ApiContext,
  request: FastifyRequest,
  about: { provider: string; object: string },
): Promise<never> {
  return turnAway(context, request, about, { code: 'attempt-not-found', detail: 'There is no such attempt.' });
}

function received(reply: FastifyReply, attemptCode: string): { attemptCode: string; state: 'received' } {
  void reply.code(202).header('location', `/v1/attempts/${encodeURIComponent(attemptCode)}/reviews`);
  return { attemptCode, state: 'received' };
}
