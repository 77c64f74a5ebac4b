import type { FastifyRequest } from 'fastify';
import type { ErrorCode } from '../../contracts/errors';
import { Refusal } from '../../contracts/refusal';
import { type AttemptPlace, findPlace } from '../../db/attempts/refs';
import { findByCode, type LocatedAttempt } from '../../db/attempts/views';
import { findCommand } from '../../db/attempts/commands';
import { type Course, findCourse } from '../../db/courses/courses';
import { findExam, type StoredExam } from '../../db/courses/exams';
import type { ApiContext } from '../context';
import type { Principal, Scope } from './principal';

/** What a token may be limited to. */
interface Place {
  courseId: string;
  /** Left out where a provider does not matter. */
  provider?: string | null;
}

/** What lies outside a token's limits does not exist for it: 404 with the code of the thing asked for. */
export function requireWithin(principal: Principal, place: Place, missing: ErrorCode): void {
  const { courses, provider } = principal;
  const outside =
    (courses !== undefined && !courses.includes(place.courseId)) ||
    (provider !== undefined && place.provider !== undefined && place.provider !== provider);
  if (outside) throw new Refusal(missing);
}

/** Learners' tokens reach their own attempts only; the scopes listed reach anybody's. */
export function requireOwnOr(principal: Principal, userId: string, ...anybodys: Scope[]): void {
  if (principal.subject === userId && principal.scopes.has('attempts:take')) return;
  if (anybodys.some((scope) => principal.scopes.has(scope))) return;
  throw new Refusal('not-your-attempt', 'With the scope attempts:take you reach your own attempts only.');
}

/** The attempt of that code, live or archived, if the token's limits leave it visible. @throws Refusal 404. */
export async function visibleAttempt(context: ApiContext, principal: Principal, code: string): Promise<LocatedAttempt> {
  const located = await findByCode(context.knex, code, context.now());
  if (!located) throw new Refusal('attempt-not-found');
  requireWithin(principal, { courseId: located.view.courseId, provider: located.provider }, 'attempt-not-found');
  return located;
}

/**
 * Where an attempt is that is to be changed, under the same limits: what is archived cannot be changed any more. A command
 * that was applied already is let through, so that its repetition gets the answer that was lost, even when the command
 * itself removed the attempt. @throws Refusal 404.
 */
export async function changeableAttempt(
  { knex }: ApiContext,
  { principal, commandId }: Pick<FastifyRequest, 'principal' | 'commandId'>,
  code: string,
): Promise<AttemptPlace> {
  const place = await findPlace(knex, code);
  if (!place) throw new Refusal('attempt-not-found');
  requireWithin(principal, place, 'attempt-not-found');
  if (!place.isArchived) return place;
  const command = await findCommand(knex, commandId);
  if (command?.state === 'applied') return place;
  throw new Refusal('attempt-not-found', 'The attempt was removed.');
}

/** The exam if the token's limits leave it visible. @throws Refusal 404. */
export async function visibleExam({ knex }: ApiContext, principal: Principal, examId: number): Promise<StoredExam> {
  const exam = await findExam(knex, examId);
  if (!exam) throw new Refusal('exam-not-found');
  requireWithin(principal, { courseId: exam.courseId, provider: exam.providerName }, 'exam-not-found');
  return exam;
}

/** The course if the token's limits leave it visible. @throws Refusal 404. */
export async function visibleCourse({ knex }: ApiContext, principal: Principal, courseId: string): Promise<Course> {
  requireWithin(principal, { courseId }, 'course-not-found');
  const course = await findCourse(knex, courseId);
  if (!course) throw new Refusal('course-not-found');
  return course;
}

/** A provider nobody has configured would only be found out when a learner begins. */
export function requireConfigured({ settings }: ApiContext, provider: string | null | undefined): void {
  if (provider == null || settings.providers.some(({ name }) => name === provider)) return;
  throw new Refusal('unknown-provider', 'INVIGIL_PROVIDERS names the configured ones.');
}
