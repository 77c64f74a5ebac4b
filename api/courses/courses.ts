import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ok } from '../../contracts/http/common';
import {
  type CourseAnswer,
  CourseAnswer as CourseAnswerSchema,
  CourseBody,
  CourseParams,
} from '../../contracts/http/exams';
import { changeCourse } from '../../db/courses/course-changes';
import { type Course, findCourse } from '../../db/courses/courses';
import { requireConfigured, requireWithin } from '../auth/access';
import { changedBy } from '../auth/changed-by';
import type { RouteOptions } from '../context';
import { idTooLong, isCourseIdTooLong } from '../http/id-length';

/** Courses as the platform sends them; what is not given is unset. */
export const courseRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const schema = { tags: ['courses'], params: CourseParams, body: CourseBody, response: ok(CourseAnswerSchema) };
  app.put('/courses/:courseId', { config: { scopes: ['exams:write'] }, schema }, async (request) => {
    const { principal, params, body } = request;
    requireWithin(principal, params, 'course-not-found');
    if (isCourseIdTooLong(params.courseId) && !(await findCourse(context.knex, params.courseId))) throw idTooLong();
    const { name, end, proctoringProvider: provider = null, escalationEmail = null } = body;
    requireConfigured(context, provider);
    const course = { ...params, name, endAt: end == null ? null : new Date(end), provider, escalationEmail };
    return courseAnswer(await changeCourse(context.knex, course, changedBy(context, request)));
  });
};

function courseAnswer({ courseId, name, endAt, provider, escalationEmail }: Course): CourseAnswer {
  return { courseId, name, end: endAt?.toISOString() ?? null, proctoringProvider: provider, escalationEmail };
}
