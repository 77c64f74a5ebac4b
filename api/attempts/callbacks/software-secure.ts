import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import { responses } from '../../../contracts/http/common';
import * as http from '../../../contracts/http/reviews';
import { findByCode } from '../../../db/attempts/find';
import { readSoftwareSecureReview } from '../../../domain/attempts/reviews/payload';
import { authenticateSoftwareSecure, configuredProvider, requireOwnAttempt } from './authenticate';
import { examPage } from './exam-page';
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
const anonymous = { anonymous: true, idempotencyKey: false } as const;

/** SoftwareSecure's own protocol, which carries no token. */
export const softwareSecureRoutes: FastifyPluginAsyncTypebox<CallbackOptions> = async (
  app,
  { context, inbox, trail },
) => {
  const { knex, settings, now } = context;

  const response = CALLBACK_RESPONSE;
  const review = { tags, params: http.ProviderParams, body: http.VendorBody, response };
  const config = { ...anonymous, ...STRANGE_TEXT_COUNTS };
  app.post(
    '/providers/:provider/reviews',
    { config, bodyLimit: CALLBACK_BODY_LIMIT, schema: review },
    async (request, reply) => {
      const provider = configuredProvider(context, request.params.provider);
      const { body, json } = storableBody(request.body);
      const trusted = authenticateSoftwareSecure(request, provider);
      const payload = readSoftwareSecureReview(body);
      const { attemptCode } = payload;
      const callback = { kind: 'review', provider: provider.name, payload, trusted, body: json } as const;
      let outcome = await inbox.receive(callback);
      if (outcome === 'look closer') {
        const located = attemptCode === undefined ? undefined : await findByCode(knex, attemptCode, now());
        if (located) requireOwnAttempt(provider.name, located);
        outcome = await inbox.receive({ ...callback, located: located ?? null });
      }
      if (outcome === 'repeat') await trail.repeated(request, provider.name, attemptCode ?? '');
      assertReceived(outcome);
      return answerReceived(reply, attemptCode ?? '');
    },
  );

  const redirect = responses({ 302: Type.Null({ description: 'To the exam, whether it was opened by this or not' }) });
  const schema = { tags, params: http.LaunchParams, response: redirect };
  const launch = { config: anonymous, exposeHeadRoute: false, schema };
  app.get('/providers/:provider/start/:attemptCode', launch, async (request, reply) => {
    const { attemptCode } = request.params;
    const provider = configuredProvider(context, request.params.provider).name;
    const located = await findByCode(knex, attemptCode, now());
    if (!located || located.view.isArchived) throw unknownAttempt();
    requireOwnAttempt(provider, located);
    await inbox.receive(readyOf({ provider, trusted: false, body: '{}' }, 'software_secure', located));
    return reply.redirect(examPage(settings.platformUrl, located.view), 302);
  });
};
