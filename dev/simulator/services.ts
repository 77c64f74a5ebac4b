import type { ConfiguredAnswers } from './answers';
import { LEARNER_ROUTES } from './learner-routes';
import { PROVIDER_ROUTES } from './provider-routes';
import type { RoutedAnswer } from './routed-answer';
import { type RoutedRequest, missing, problem, type Route } from './routing';

const requirement = ['userId', 'courseId', 'contentId', 'namespace'];
const subjectFields = ['userId', 'courseId', 'contentId'];

/** A state-changing route that does nothing but record its effect. */
function recorded(effect: string, required: string[], status: number, answer: unknown): Route['handle'] {
  return (request) => missing(request, required) ?? { status, body: answer, effect };
}

function creditState(request: RoutedRequest, answers: ConfiguredAnswers): RoutedAnswer {
  const { userId, courseId } = request.query;
  if (!userId || !courseId) return problem(400, 'userId and courseId are needed');
  const state = answers.courseName(courseId, userId);
  if (state.unknownLearner) return problem(404, 'user_does_not_exist');
  return { status: 200, body: { userId, courseId, ...(state.name === null ? {} : { course_name: state.name }) } };
}

function overrideSwitch(request: RoutedRequest, answers: ConfiguredAnswers): RoutedAnswer {
  const { courseId } = request.query;
  return courseId
    ? { status: 200, body: { courseId, enabled: answers.override(courseId) } }
    : problem(400, 'courseId is needed');
}

function course(request: RoutedRequest, answers: ConfiguredAnswers): RoutedAnswer {
  const id = request.params[0] ?? '';
  const set = answers.learners.course(id);
  if (set) return set;
  return answers.courseKnown(id)
    ? { status: 200, body: { id, course_id: id, name: `Course ${id}` } }
    : problem(404, 'course_not_found');
}

/** All that Invigil may call, but for the token service: docs/platform-api.md. */
export const ROUTES: Route[] = [
  {
    service: 'credit',
    method: 'PUT',
    path: /^\/api\/credit\/v1\/requirement-status$/,
    handle: recorded('credit.set', [...requirement, 'status'], 200, { status: 'saved' }),
  },
  {
    service: 'credit',
    method: 'DELETE',
    path: /^\/api\/credit\/v1\/requirement-status$/,
    handle: recorded('credit.remove', requirement, 200, { status: 'removed' }),
  },
  { service: 'credit', method: 'GET', path: /^\/api\/credit\/v1\/state$/, handle: creditState },
  {
    service: 'grades',
    method: 'PUT',
    path: /^\/api\/grades\/v1\/overrides$/,
    handle: recorded('grades.override', [...subjectFields, 'earnedAll', 'earnedGraded', 'comment'], 200, {
      status: 'overridden',
    }),
  },
  {
    service: 'grades',
    method: 'DELETE',
    path: /^\/api\/grades\/v1\/overrides$/,
    handle: recorded('grades.undoOverride', subjectFields, 200, { status: 'undone' }),
  },
  { service: 'grades', method: 'GET', path: /^\/api\/grades\/v1\/override-on-rejection$/, handle: overrideSwitch },
  {
    service: 'certificates',
    method: 'PUT',
    path: /^\/api\/certificates\/v0\/certificates\/([^/]+)\/courses\/([^/]+)\/invalidation$/,
    subject: ([userId, courseId]) => ({ ...(userId && { userId }), ...(courseId && { courseId }) }),
    handle: recorded('certificates.invalidate', [], 200, { status: 'invalidated' }),
  },
  {
    service: 'instructor',
    method: 'PUT',
    path: /^\/api\/instructor\/v1\/reset$/,
    handle: recorded('instructor.reset', subjectFields, 200, { status: 'reset' }),
  },
  {
    service: 'instructor',
    method: 'PUT',
    path: /^\/api\/instructor\/v1\/complete$/,
    handle: recorded('instructor.complete', subjectFields, 200, { status: 'complete' }),
  },
  {
    service: 'instructor',
    method: 'PUT',
    path: /^\/api\/instructor\/v1\/notification$/,
    handle: recorded('instructor.notification', ['userId', 'courseId'], 200, { status: 'sent' }),
  },
  {
    service: 'courses',
    method: 'GET',
    path: /^\/api\/courses\/v1\/courses\/([^/]+)\/$/,
    subject: ([courseId]) => ({ ...(courseId && { courseId }) }),
    handle: course,
  },
  ...LEARNER_ROUTES,
  ...PROVIDER_ROUTES,
];
