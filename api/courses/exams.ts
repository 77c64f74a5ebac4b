import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { Knex } from 'knex';
import { ApiError } from '../../contracts/api-error';
import { ok, responses } from '../../contracts/http/common';
import * as http from '../../contracts/http/exams';
import type { Scope } from '../../contracts/scopes';
import { lastExamChange, recordExamChanges } from '../../db/courses/exam-changes';
import { createExam, findExam, listExams, lockExam, patchExam } from '../../db/courses/exams';
import { putReviewPolicy, removeReviewPolicy } from '../../db/courses/review-policies';
import type { Exam } from '../../domain/attempts/model';
import { signalClockChanged } from '../attempts/open';
import { requireConfigured, visibleCourse, visibleExam } from '../auth/access';
import { changedBy } from '../auth/changed-by';
import type { RouteOptions } from '../context';
import { ifVersions } from '../http/preconditions';
import { examAnswer, examChanges, newExam, sendExam } from './exam-answer';
import { enqueueSaveAtProvider, wakeProviderSaves } from './provider-saves';
import { requireKnownPeriod } from './required-qualification';

const tags = ['exams'];
const read: { scopes: Scope[] } = { scopes: ['exams:read', 'exams:write'] };
const write: { scopes: Scope[] } = { scopes: ['exams:write'] };
const response = ok(http.ExamAnswer);

/** Exams one by one, outside a publish. */
export const examRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex, now } = context;

  const list = { tags, params: http.CourseParams, querystring: http.ExamListQuery, response: ok(http.ExamListAnswer) };
  app.get('/courses/:courseId/exams', { config: read, schema: list }, async ({ principal, params, query }) => {
    const { courseId } = await visibleCourse(context, principal, params.courseId);
    const { limit, cursor, active } = query;
    const { items, nextCursor } = await listExams(knex, { courseId, active }, { limit, cursor });
    return { items: items.map(examAnswer), nextCursor };
  });

  const one = { tags, params: http.ExamParams, response };
  app.get('/exams/:examId', { config: read, schema: one }, async ({ principal, params }, reply) =>
    sendExam(reply, await visibleExam(context, principal, params.examId)),
  );

  const creation = { tags, body: http.ExamBody, response: responses({ 201: http.ExamAnswer }) };
  app.post('/exams', { config: write, schema: creation }, async (request, reply) => {
    const { principal, body, commandId, log } = request;
    await visibleCourse(context, principal, body.courseId);
    requireConfigured(context, body.proctoringProvider);
    await requireKnownPeriod(knex, body.requiresQualification);
    const exam = await knex.transaction(async (trx) => {
      const created = await createExam(trx, newExam(body));
      if (!created) throw new ApiError('exam-already-exists');
      await enqueueSaveAtProvider(trx, created, { commandId });
      const made = await withPolicy(trx, created, body, now());
      await recordExamChanges(trx, { before: [], after: [made], by: changedBy(context, request), commandId });
      return made;
    });
    await wakeProviderSaves(context, exam.courseId, log);
    return reply.code(201).header('location', `/v1/exams/${exam.id}`).send(sendExam(reply, exam));
  });

  const change = { tags, params: http.ExamParams, body: http.ExamPatch, response };
  app.patch('/exams/:examId', { config: write, schema: change }, async (request, reply) => {
    const { principal, params, body, commandId, log } = request;
    const { id } = await visibleExam(context, principal, params.examId);
    requireConfigured(context, body.proctoringProvider);
    await requireKnownPeriod(knex, body.requiresQualification);
    const exam = await knex.transaction(async (trx) => {
      const before = await lockExam(trx, id);
      if (before && (await isRepetition(trx, request, before))) return before;
      const changed = before && (await patchExam(trx, id, examChanges(body)));
      if (!changed) throw new ApiError('exam-not-found');
      await enqueueSaveAtProvider(trx, changed, { commandId, before });
      const after = await withPolicy(trx, changed, body, now());
      await recordExamChanges(trx, { before: [before], after: [after], by: changedBy(context, request), commandId });
      return (await findExam(trx, id)) ?? after;
    });
    await wakeProviderSaves(context, exam.courseId, log);
    // The rows are right already; a workflow that misses this reads them at its next command.
    await signalClockChanged(context, { examId: id }).catch(() => log.warn({ examId: id }, 'open attempts not told'));
    return sendExam(reply, exam);
  });
};

/**
 * Judges If-Match against the locked exam. True: this very command changed it before, and its answer was lost.
 * @throws ApiError 412.
 */
async function isRepetition(trx: Knex, request: FastifyRequest, exam: Exam): Promise<boolean> {
  const versions = ifVersions(request);
  if (versions === undefined || versions.includes(exam.version)) return false;
  const { actor, isOwn } = await lastExamChange(trx, exam.id, request.commandId);
  if (isOwn) return true;
  const who = actor === null ? 'It is not known who changed it.' : `It was changed last by ${actor}.`;
  throw new ApiError('changed-meanwhile', `The exam is at version ${exam.version} now. ${who}`);
}

/** Not given = as it was; null or empty = no policy. */
async function withPolicy(
  trx: Knex,
  exam: Exam,
  { reviewRules, editedBy }: { reviewRules?: string | null; editedBy?: string },
  now: Date,
): Promise<Exam> {
  if (reviewRules === undefined) return exam;
  if (reviewRules)
    await putReviewPolicy(trx, { examId: exam.id, policy: reviewRules, editedBy: editedBy ?? null }, now);
  else await removeReviewPolicy(trx, exam.id, now);
  return (await findExam(trx, exam.id)) ?? exam;
}
