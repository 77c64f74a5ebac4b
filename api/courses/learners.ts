import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { ApiError } from '../../contracts/api-error';
import { ok } from '../../contracts/http/common';
import { ImportAnswer, LearnerAnswer, LearnerBody, LearnerLine, LearnerParams } from '../../contracts/http/learners';
import type { Scope } from '../../contracts/scopes';
import { changeLearner, importLearners } from '../../db/courses/learner-changes';
import { appendAudit, type ChangedBy } from '../../db/requests/audit';
import { changedBy } from '../auth/changed-by';
import type { RouteOptions } from '../context';
import { violatedConstraint } from '../http/database-failure';
import { acceptNdjson, importLines, lineKind } from '../http/ndjson-import';

const tags = ['learners'];
const scopes: Scope[] = ['exams:write', 'attempts:write'];
const CHECK = TypeCompiler.Compile(LearnerLine);

/** What e-mails, providers and grade look-ups need of learners. */
export const learnerRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex } = context;
  const schema = { tags, params: LearnerParams, body: LearnerBody, response: ok(LearnerAnswer) };
  app.put('/learners/:userId', { config: { scopes }, schema }, async (request) => {
    const { reason: _kept, ...members } = request.body;
    try {
      const learner = { userId: request.params.userId, active: true, language: null, ...members };
      return await changeLearner(knex, learner, changedBy(context, request));
    } catch (error) {
      if (violatedConstraint(error) !== 'learners_username_key') throw error;
      throw new ApiError('username-taken');
    }
  });

  const linesOf = (by: ChangedBy, onNew: (count: number) => void) =>
    lineKind(
      CHECK,
      async (lines) => {
        const learners = lines.map((line) => ({ active: true, language: null, ...line }));
        onNew(await importLearners(knex, learners, by));
      },
      (error) => (violatedConstraint(error) === undefined ? undefined : '/username: is taken by another learner'),
    );
  await app.register(async (streaming) => {
    acceptNdjson(streaming);
    const config = { scopes, idempotencyKey: false as const, streamedBody: true as const };
    const imported = { tags, consumes: ['application/x-ndjson'], response: ok(ImportAnswer) };
    streaming.post('/learners/import', { config, schema: imported }, async (request) => {
      const by = changedBy(context, request);
      let created = 0;
      const learner = linesOf(by, (count) => (created += count));
      const { kinds: _kinds, ...report } = await importLines(request.body, { learner }, () => 'learner');
      const { accepted, rejected } = report;
      const detail = { accepted, rejected, created };
      await appendAudit(knex, { ...by, scope: 'exams:write', action: 'learners.imported', object: 'learners', detail });
      return report;
    });
  });
};
