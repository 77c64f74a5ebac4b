import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../../../contracts/api-error';
import { responses } from '../../../contracts/http/common';
import * as http from '../../../contracts/http/reviews';
import type { Scope } from '../../../contracts/scopes';
import { findByCode, type LocatedAttempt } from '../../../db/attempts/find';
import { findLiveByExternalId } from '../../../db/attempts/reviews/callback-attempts';
import {
  type ReviewProtocol,
  readRestReview,
  readSoftwareSecureReview,
} from '../../../domain/attempts/reviews/payload';
import type { ApiContext, RouteOptions } from '../../context';
import { handleError } from '../../plugins/problem';
import { authenticateRest, authenticateSoftwareSecure, configuredProvider, requireOwnAttempt } from './authenticate';
import { examPage } from './exam-page';
import { CallbackInbox, type ReceiveOutcome, type VendorCallback } from './inbox';
import { CallbackRefusal } from './refusal';
import { toStorable } from './stored-body';
import { CallbackTrail } from './trail';

const tags = ['callbacks'];
const anonymous = { anonymous: true, idempotencyKey: false } as const;
/** The verdict counts, whatever characters a reviewer's note has. */
const strangeTextCounts = true as const;
const vendor: { scopes: Scope[] } = { scopes: ['callbacks'] };
/** A review of a long exam has many comments. */
const bodyLimit = 1024 * 1024;
const response = responses({ 202: http.CallbackAnswer });

/** Vendors' callbacks. Postgres alone answers: they are taken while Temporal is down. */
export const callbackRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const inbox = new CallbackInbox(context);
  const trail = new CallbackTrail(context);
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    await trail.refused(request, error);
    return handleError(error, request, reply);
  });
  await app.register(softwareSecureRoutes, { context, inbox, trail });
  await app.register(restRoutes, { context, inbox, trail });
};

type CallbackOptions = RouteOptions & { inbox: CallbackInbox; trail: CallbackTrail };

/** SoftwareSecure's own protocol, which carries no token. */
const softwareSecureRoutes: FastifyPluginAsyncTypebox<CallbackOptions> = async (app, { context, inbox, trail }) => {
  const { knex, settings, now } = context;

  const review = { tags, params: http.ProviderParams, body: http.VendorBody, response };
  const config = { ...anonymous, strangeTextCounts };
  app.post('/providers/:provider/reviews', { config, bodyLimit, schema: review }, async (request, reply) => {
    const provider = configuredProvider(context, request.params.provider);
    const { body, json } = toStorable(request.body);
    const trusted = authenticateSoftwareSecure(request, provider);
    const payload = readSoftwareSecureReview(body);
    const { attemptCode } = payload;
    const callback = { kind: 'review', provider: provider.name, payload, trusted, body: json } as const;
    let outcome = await inbox.receive(callback);
    if (outcome === 'look closer') {
      const located = attemptCode === undefined ? undefined : await findByCode(knex, attemptCode, now());
      if (located) await requireOwnAttempt(context, provider.name, located);
      outcome = await inbox.receive({ ...callback, located: located ?? null });
    }
    if (outcome === 'repeat') await trail.repeated(request, provider.name, attemptCode ?? '');
    assertReceived(outcome);
    return answerReceived(reply, attemptCode ?? '');
  });

  const redirect = responses({ 302: Type.Null({ description: 'To the exam, whether it was opened by this or not' }) });
  const schema = { tags, params: http.LaunchParams, response: redirect };
  const launch = { config: anonymous, exposeHeadRoute: false, schema };
  app.get('/providers/:provider/start/:attemptCode', launch, async (request, reply) => {
    const { attemptCode } = request.params;
    const provider = configuredProvider(context, request.params.provider).name;
    const located = await findByCode(knex, attemptCode, now());
    if (!located || located.view.isArchived) throw unknownAttempt();
    await requireOwnAttempt(context, provider, located);
    await inbox.receive(readyOf({ provider, trusted: false, body: '{}' }, 'software_secure', located));
    return reply.redirect(examPage(settings.platformUrl, located.view), 302);
  });
};

/** The edX REST protocol, with a token of scope callbacks. */
const restRoutes: FastifyPluginAsyncTypebox<CallbackOptions> = async (app, { context, inbox, trail }) => {
  const address = '/providers/:provider/attempts/:externalId';
  const params = http.ExternalAttemptParams;

  const ready = { tags, params, body: http.ReadyBody, response };
  app.post(`${address}/ready`, { config: vendor, schema: ready }, async (request, reply) => {
    const located = await ownAttempt(context, request, request.params);
    const { json } = toStorable(request.body);
    await inbox.receive(readyOf({ provider: request.params.provider, trusted: true, body: json }, 'rest', located));
    return answerReceived(reply, located.view.attemptCode);
  });

  const reviewed = {
    config: { ...vendor, strangeTextCounts },
    bodyLimit,
    schema: { tags, params, body: http.VendorBody, response },
  };
  app.post(`${address}/reviewed`, reviewed, async (request, reply) => {
    const { provider, externalId } = request.params;
    const located = await ownAttempt(context, request, request.params);
    const { body, json } = toStorable(request.body);
    const { attemptCode } = located.view;
    const payload = readRestReview(body, { attemptCode, externalId });
    const outcome = await inbox.receive({ kind: 'review', provider, located, payload, trusted: true, body: json });
    if (outcome === 'repeat') await trail.repeated(request, provider, attemptCode);
    assertReceived(outcome);
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
  authenticateRest(context, request, provider);
  const found = await findLiveByExternalId(context.knex, externalId, context.now());
  const located = found.find(({ ref }) => ref.provider === provider) ?? found[0];
  if (!located) throw unknownAttempt();
  const { courses } = request.principal;
  if (courses !== undefined && !courses.includes(located.ref.courseId)) throw new ApiError('attempt-not-found');
  await requireOwnAttempt(context, provider, located);
  return located;
}

function readyOf(
  from: Pick<VendorCallback, 'provider' | 'trusted' | 'body'>,
  protocol: ReviewProtocol,
  located: LocatedAttempt,
): VendorCallback {
  const { attemptCode, externalId } = located.view;
  return { kind: 'ready', ...from, payload: { protocol, attemptCode, externalId: externalId ?? undefined }, located };
}

/** @throws CallbackRefusal with the first fault, in the order of the rule set. */
function assertReceived(outcome: ReceiveOutcome): void {
  if (typeof outcome === 'object') throw new CallbackRefusal(outcome.refused.code, outcome.refused.detail);
}

function unknownAttempt(): CallbackRefusal {
  return new CallbackRefusal('attempt-not-found', 'There is no such attempt.');
}

function answerReceived(reply: FastifyReply, attemptCode: string): { attemptCode: string; state: 'received' } {
  void reply.code(202).header('location', `/v1/attempts/${encodeURIComponent(attemptCode)}/reviews`);
  return { attemptCode, state: 'received' };
}
