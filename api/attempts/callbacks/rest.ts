import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../../contracts/api-error';
import * as http from '../../../contracts/http/reviews';
import type { Scope } from '../../../contracts/scopes';
import type { LocatedAttempt } from '../../../db/attempts/find';
import { findLiveByExternalId } from '../../../db/attempts/reviews/callback-attempts';
import { readRestReview } from '../../../domain/attempts/reviews/payload';
import type { ApiContext } from '../../context';
import { authenticateRest, requireOwnAttempt } from './authenticate';
import {
  answerReceived,
  assertReceived,
  CALLBACK_BODY_LIMIT,
  CALLBACK_RESPONSE,
  CALLBACK_TAGS,
  type CallbackOptions,
  readyOf,
  STRANGE_TEXT_COUNTS,
  unknownAttempt,
} from './receiving';
import { storableBody } from './stored-body';

const tags = CALLBACK_TAGS;
const vendor: { scopes: Scope[] } = { scopes: ['callbacks'] };

/** The edX REST protocol, with a token of scope callbacks. */
export const restRoutes: FastifyPluginAsyncTypebox<CallbackOptions> = async (app, { context, inbox, trail }) => {
  const address = '/providers/:provider/attempts/:externalId';
  const params = http.ExternalAttemptParams;
  const response = CALLBACK_RESPONSE;

  const ready = { tags, params, body: http.ReadyBody, response };
  app.post(`${address}/ready`, { config: vendor, schema: ready }, async (request, reply) => {
    const located = await ownAttempt(context, request, request.params);
    const { json } = storableBody(request.body);
    await inbox.receive(readyOf({ provider: request.params.provider, trusted: true, body: json }, 'rest', located));
    return answerReceived(reply, located.view.attemptCode);
  });

  const reviewed = {
    config: { ...vendor, ...STRANGE_TEXT_COUNTS },
    bodyLimit: CALLBACK_BODY_LIMIT,
    schema: { tags, params, body: http.VendorBody, response },
  };
  app.post(`${address}/reviewed`, reviewed, async (request, reply) => {
    const { provider, externalId } = request.params;
    const located = await ownAttempt(context, request, request.params);
    const { body, json } = storableBody(request.body);
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
  const located = found.find((one) => one.provider === provider) ?? found[0];
  if (!located) throw unknownAttempt();
  const { courses } = request.principal;
  if (courses !== undefined && !courses.includes(located.ref.courseId)) throw new ApiError('attempt-not-found');
  requireOwnAttempt(provider, located);
  return located;
}
