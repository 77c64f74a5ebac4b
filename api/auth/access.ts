import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../contracts/api-error';
import type { AttemptRef } from '../../contracts/attempts/messages';
import type { ErrorCode } from '../../contracts/errors';
import type { Scope } from '../../contracts/scopes';
import { findCommand } from '../../db/attempts/commands';
import { findByCode, type LocatedAttempt } from '../../db/attempts/find';
import { findAttemptRef } from '../../db/attempts/refs';
import { type Course, findCourse } from '../../db/courses/courses';
import { findExam } from '../../db/courses/exams';
import type { Exam } from '../../domain/attempts/model';
import type { ApiContext } from '../context';
import type { Principal } from './principal';

/** What a token may be limited to. */
interface LimitedResource {
  courseId: string;
  /** Left out of what belongs to a course as a whole: a token of one provider does not reach it. */
  provider?: string | null;
}

/** What lies outside a token's limits does not exist for it: 404 with the code of the thing asked for. */
export function requireWithin(principal: Principal, resource: LimitedResource, missing: ErrorCode): void {
  const { courses, provider } = principal;
  const outside =
    (courses !== undefined && !courses.includes(resource.courseId)) ||
    (provider !== undefined && resource.provider !== provider);
  if (outside) throw new ApiError(missing);
}

/** Learners' tokens reach their own attempts only; the listed scopes reach all. */
export function requireOwnOr(principal: Principal, userId: string, ...anybodys: Scope[]): void {
  if (principal.subject === userId && principal.scopes.has('attempts:take')) return;
  if (anybodys.some((scope) => principal.scopes.has(scope))) return;
  throw new ApiError('not-your-attempt', 'With the scope attempts:take you reach your own attempts only.');
}

/** The attempt of that code, live or archived, if the token's limits leave it visible. @throws ApiError 404. */
export async function visibleAttempt(context: ApiContext, principal: Principal, code: string): Promise<LocatedAttempt> {
  const located = await findByCode(context.knex, code, context.now());
  if (!located) throw new ApiError('attempt-not-found');
  requireWithin(principal, located.ref, 'attempt-not-found');
  return located;
}

/**
 * The address of an attempt that is to be changed, under the same limits. Archived ones cannot be changed. A command
 * applied before is let through, so that its repetition gets the lost answer, even when the command
 * itself removed the attempt. @throws ApiError 404.
 */
export async function changeableAttempt(
  { knex }: ApiContext,
  { principal, commandId }: Pick<FastifyRequest, 'principal' | 'commandId'>,
  code: string,
): Promise<AttemptRef> {
  const ref = await findAttemptRef(knex, code);
  if (!ref) throw new ApiError('attempt-not-found');
  requireWithin(principal, ref, 'attempt-not-found');
  if (ref.phase !== 'removed') return ref;
  const command = await findCommand(knex, commandId);
  if (command?.state === 'applied') return ref;
  throw new ApiError('attempt-not-found', 'The attempt was removed.');
}

/** The exam if the token's limits leave it visible. @throws ApiError 404. */
export async function visibleExam({ knex }: ApiContext, principal: Principal, examId: number): Promise<Exam> {
  const exam = await findExam(knex, examId);
  if (!exam) throw new ApiError('exam-not-found');
  requireWithin(principal, { courseId: exam.courseId, provider: exam.effectiveProvider }, 'exam-not-found');
  return exam;
}

/** The course if the token's limits leave it visible. @throws ApiError 404. */
export async function visibleCourse({ knex }: ApiContext, principal: Principal, courseId: string): Promise<Course> {
  requireWithin(principal, { courseId }, 'course-not-found');
  const course = await findCourse(knex, courseId);
  if (!course) throw new ApiError('course-not-found');
  return course;
}

/** Otherwise an unconfigured provider would only be noticed when a learner begins. */
export function requireConfigured({ settings }: ApiContext, provider: string | null | undefined): void {
  if (provider == null || settings.providers.some(({ name }) => name === provider)) return;
  throw new ApiError('unknown-provider', 'INVIGIL_PROVIDERS names the configured ones.');
}
