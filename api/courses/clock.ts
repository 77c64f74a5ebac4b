import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ApiError } from '../../contracts/api-error';
import { ClockAnswer, ClockBody } from '../../contracts/http/clock';
import { ok } from '../../contracts/http/common';
import { CourseParams } from '../../contracts/http/exams';
import { courseTime } from '../../db/attempts/view';
import { setClock } from '../../db/courses/courses';
import { signalClockChanged } from '../attempts/open';
import { visibleCourse } from '../auth/access';
import type { RouteOptions } from '../context';

/** Fast-forward for conformance tests and the demo. Registered only with INVIGIL_TEST_CLOCK=1. */
export const clockRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex, now } = context;
  const schema = { tags: ['test clock'], params: CourseParams, body: ClockBody, response: ok(ClockAnswer) };
  app.put(
    '/courses/:courseId/clock',
    { config: { scopes: ['exams:write'] }, schema },
    async ({ principal, params, body }) => {
      const { courseId, clock } = await visibleCourse(context, principal, params.courseId);
      const { offsetMs = clock.offsetMs, advanceMs = 0, frozenAt } = body;
      const frozen = frozenAt == null ? frozenAt : new Date(frozenAt);
      const advanced = clock.frozenAtMs === null ? null : new Date(clock.frozenAtMs + advanceMs);
      const set = await setClock(knex, courseId, {
        offsetMs: offsetMs + advanceMs,
        frozenAt: frozen === undefined ? advanced : frozen,
      });
      if (!set) throw new ApiError('course-not-found');
      const signalled = await signalClockChanged(context, { courseId });
      const frozenNow = set.frozenAtMs === null ? null : new Date(set.frozenAtMs).toISOString();
      return {
        courseId,
        now: courseTime(set, now()).toISOString(),
        offsetMs: set.offsetMs,
        frozenAt: frozenNow,
        signalled,
      };
    },
  );
};
