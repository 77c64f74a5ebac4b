import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import type { Knex } from 'knex';
import { ApiError } from '../../contracts/api-error';
import { ok } from '../../contracts/http/common';
import { ImportAnswer, LearnerAnswer, LearnerBody, LearnerLine, LearnerParams } from '../../contracts/http/learners';
import type { Scope } from '../../contracts/scopes';
import { violatedConstraint } from '../../db/core/database-failure';
import { changeLearner, importLearners } from '../../db/courses/learner-changes';
import { findLearner, knownLearners } from '../../db/courses/learners';
import { appendAudit, type ChangedBy } from '../../db/requests/audit';
import { changedBy } from '../auth/changed-by';
import { requireWritableLearner, writableLearners } from '../auth/learner-access';
import type { Principal } from '../auth/principal';
import type { RouteOptions } from '../context';
import { idTooLong, isLearnerIdTooLong } from '../http/id-length';
import { acceptNdjson, importLines, type LineKind, lineKind } from '../http/ndjson-import';

const tags = ['learners'];
const scopes: Scope[] = ['learners:write'];
const CHECK = TypeCompiler.Compile(LearnerLine);

/** What e-mails, providers and grade look-ups need of learners. */
export const learnerRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex } = context;
  const schema = { tags, params: LearnerParams, body: LearnerBody, response: ok(LearnerAnswer) };
  app.put('/learners/:userId', { config: { scopes }, schema }, async (request) => {
    const { userId } = request.params;
    await requireWritableLearner(knex, request.principal, userId);
    if (isLearnerIdTooLong(userId) && !(await findLearner(knex, userId))) throw idTooLong();
    const { reason: _kept, ...members } = request.body;
    try {
      const learner = { userId: request.params.userId, active: true, language: null, ...members };
      return await changeLearner(knex, learner, changedBy(context, request));
    } catch (error) {
      if (violatedConstraint(error) !== 'learners_username_key') throw error;
      throw new ApiError('username-taken');
    }
  });

  const linesOf = (principal: Principal, by: ChangedBy, onNew: (count: number) => void): LineKind =>
    lineKind(
      CHECK,
      async (lines) => {
        const userIds = lines.map(({ userId }) => userId);
        const tooLong = await newAndTooLong(knex, userIds);
        const writable = await writableLearners(knex, principal, userIds);
        const taken = lines.filter(({ userId }) => writable.has(userId) && !tooLong.has(userId));
        const learners = taken.map((line) => ({ active: true, language: null, ...line }));
        if (learners.length > 0) onNew(await importLearners(knex, learners, by));
        return ({ userId }) => {
          if (!writable.has(userId)) return '/userId: is no learner within the limits of the token';
          return tooLong.has(userId) ? '/userId: is too long' : null;
        };
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
      const learner = linesOf(request.principal, by, (count) => (created += count));
      const { kinds: _kinds, ...report } = await importLines(request.body, { learner }, () => 'learner');
      const { accepted, rejected } = report;
      const detail = { accepted, rejected, created };
      await appendAudit(knex, {
        ...by,
        scope: 'learners:write',
        action: 'learners.imported',
        object: 'learners',
        detail,
      });
      return report;
    });
  });
};

/** Ids that are stored already go on. */
async function newAndTooLong(knex: Knex, userIds: readonly string[]): Promise<ReadonlySet<string>> {
  const tooLong = userIds.filter(isLearnerIdTooLong);
  if (tooLong.length === 0) return new Set();
  const known = await knownLearners(knex, tooLong);
  return new Set(tooLong.filter((userId) => !known.has(userId)));
}
