import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyError, onSendAsyncHookHandler } from 'fastify';
import { ApiError } from '../../../contracts/api-error';
import { setReviewUpdate } from '../../../contracts/attempts/messages';
import { AttemptParams } from '../../../contracts/http/attempts';
import { ok } from '../../../contracts/http/common';
import * as http from '../../../contracts/http/reviews';
import type { Scope } from '../../../contracts/scopes';
import { findReviewDetails, reviewsOfAttempt } from '../../../db/attempts/reviews/reviews';
import { verdictOf } from '../../../domain/attempts/reviews/payload';
import { visibleAttempt } from '../../auth/access';
import type { RouteOptions } from '../../context';
import { replaceByProblem } from '../../plugins/problem';
import { executeOn } from '../command';
import { withOpenLinks } from './answer';

const tags = ['reviews'];
const inspect: { scopes: Scope[] } = { scopes: ['attempts:read', 'attempts:write', 'ops:read'] };
const act: { scopes: Scope[] } = { scopes: ['ops:act'] };

/** What became of reviews, and a person's second look at them. */
export const reviewRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex, settings } = context;
  const keys = settings.credentialKeys;

  const ofAttempt = { tags, params: AttemptParams, response: ok(http.ReviewsAnswer) };
  app.get('/attempts/:attemptCode/reviews', { config: inspect, schema: ofAttempt }, async (request) => {
    const { view } = await visibleAttempt(context, request.principal, request.params.attemptCode);
    const reviews = await reviewsOfAttempt(knex, view.attemptCode);
    return { items: reviews.map((review) => withOpenLinks(request, keys, review)), nextCursor: null };
  });

  const change = { tags, params: http.ReviewParams, body: http.SetReviewBody, response: ok(http.ReviewAnswer) };
  // Answers to an Idempotency-Key are stored before this hook: sealed, like everything stored.
  const onSend: onSendAsyncHookHandler<unknown> = async (request, reply, payload) => {
    if (reply.statusCode !== 200) return payload;
    try {
      return JSON.stringify(withOpenLinks(request, keys, JSON.parse(payload as string) as http.ReviewAnswer));
    } catch (error) {
      return replaceByProblem(request, reply, error as FastifyError);
    }
  };
  app.patch(
    '/reviews/:reviewId',
    { config: act, schema: change, onSend },
    async ({ principal, commandId, params, body }) => {
      const reviewStatus = verdictOf(body.reviewStatus);
      if (reviewStatus === undefined) throw new ApiError('bad-review-status', 'GET /openapi.json lists the verdicts.');
      const review = await findReviewDetails(knex, params.reviewId);
      if (!review) throw new ApiError('review-not-found');
      const { ref } = await visibleAttempt(context, principal, review.attemptCode);
      const { reviewId } = review;
      const input = { commandId, reviewId, reviewStatus };
      await executeOn(context, ref, setReviewUpdate, input);
      return (await findReviewDetails(knex, reviewId)) ?? review;
    },
  );
};
