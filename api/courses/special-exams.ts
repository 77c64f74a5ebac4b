import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { PublishInput } from '../../contracts/courses/messages';
import { ok } from '../../contracts/http/common';
import { CourseParams, PublishAnswer, PublishBody } from '../../contracts/http/exams';
import { requireWithin } from '../auth/access';
import type { RouteOptions } from '../context';
import { requireKnownPeriod } from './required-qualification';

/** Review rules are texts of up to 20,000 characters; Temporal takes no message beyond 2 MB. */
const BODY_LIMIT = 1024 * 1024;

/** A course's special exams as a whole, as the platform publishes them (docs/recorded-behaviour.md#publishing). */
export const specialExamRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const schema = { tags: ['courses'], params: CourseParams, body: PublishBody, response: ok(PublishAnswer) };
  app.put(
    '/courses/:courseId/special-exams',
    { config: { scopes: ['exams:write'] }, schema, bodyLimit: BODY_LIMIT },
    async ({ principal, params, body, commandId }) => {
      requireWithin(principal, params, 'course-not-found');
      const { temporal, settings, knex } = context;
      for (const [at, exam] of body.exams.entries()) {
        await requireKnownPeriod(knex, exam.requiresQualification, `/exams/${at}`);
      }
      const { enableProctoredExams, enableTimedExams, proctoringProvider = null } = body;
      const input = {
        commandId,
        enableProctoredExams,
        enableTimedExams,
        proctoringProvider,
        featureEnabled: settings.specialExams,
        exams: body.exams.map(toPublishedExam),
      };
      return temporal.publish(params.courseId, input, settings.timings);
    },
  );
};

function toPublishedExam(exam: PublishBody['exams'][number]): PublishInput['exams'][number] {
  const { dueDate, reviewRules = null, editedBy = null, ...given } = exam;
  return {
    isProctored: false,
    isPracticeExam: false,
    isOnboardingExam: false,
    hideAfterDue: false,
    ...given,
    dueDate: dueDate == null ? null : new Date(dueDate).toISOString(),
    reviewRules,
    editedBy,
  };
}
