import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ApiError } from '../../contracts/api-error';
import { responses } from '../../contracts/http/common';
import { ImportAnswer, LearnerAnswer, LearnerBody, LearnerParams } from '../../contracts/http/exams';
import type { Scope } from '../../contracts/scopes';
import { upsertLearner } from '../../db/courses/learners';
import type { RouteOptions } from '../context';
import { violatedConstraint } from '../http/database-failure';
import { importLearners } from './import-learners';

const tags = ['learners'];
const scopes: Scope[] = ['exams:write', 'attempts:write'];

/** What e-mails, providers and grade look-ups need of learners. */
export const learnerRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context: { knex } }) => {
  const schema = { tags, params: LearnerParams, body: LearnerBody, response: responses({ 200: LearnerAnswer }) };
  app.put('/learners/:userId', { config: { scopes }, schema }, async ({ params: { userId }, body }) => {
    try {
      return await upsertLearner(knex, { userId, active: true, ...body });
    } catch (error) {
      if (violatedConstraint(error) !== 'learners_username_key') throw error;
      throw new ApiError('username-taken');
    }
  });

  await app.register(async (streaming) => {
    streaming.removeAllContentTypeParsers();
    streaming.addContentTypeParser('application/x-ndjson', (_request, payload, done) => done(null, payload));
    streaming.post(
      '/learners/import',
      {
        config: { scopes, idempotencyKey: false, streamedBody: true },
        schema: { tags, consumes: ['application/x-ndjson'], response: responses({ 200: ImportAnswer }) },
      },
      async (request) => importLearners(knex, request.body as AsyncIterable<Uint8Array>),
    );
  });
};
