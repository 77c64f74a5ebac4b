import type { Knex } from 'knex';
import type { CoursesService } from '../../clients/platform/courses';
import { courseAnswers, storeCourseAnswers } from '../../db/exports/run-courses';
import { decodeCourse } from '../../domain/exports/decode-answers';
import type { CourseDetails } from '../../domain/exports/model';
import type { LookUps } from './look-ups';

/** A course run as the rules and the channels need it. */
export interface KnownCourse {
  details: CourseDetails;
  uuid: string | null;
  description: string | null;
}

/** `missing`: there is no such run, or its service gave no answer (docs/recorded-behaviour.md#export-rule-4). */
export type CourseLookUp = KnownCourse | 'missing' | 'malformed';

/**
 * The course runs of a page: each is asked for once per export, misses too (docs/decided-differences.md#e8). The
 * answers are rows of the run, so that later pages, other workers and repeated pages find them.
 */
export async function lookUpCourses(
  {
    knex,
    client,
    lookUps,
    exportId,
  }: { knex: Knex; client: CoursesService | null; lookUps: LookUps; exportId: string },
  courseRunIds: readonly string[],
): Promise<Map<string, CourseLookUp>> {
  const kept = await courseAnswers(knex, exportId, courseRunIds);
  const unknown = courseRunIds.filter((id) => !kept.has(id));
  const fetched = await Promise.all(
    unknown.map(async (id) => {
      const lookUp = await lookUps.fetch('courses', client && ((call) => client.details(id, call)));
      return [id, lookUp.ok ? pickKeptFields(lookUp.answer) : null] as const;
    }),
  );
  await storeCourseAnswers(knex, exportId, new Map(fetched));
  return new Map([...kept, ...fetched].map(([id, body]) => [id, courseOf(id, body)]));
}

const KEPT_FIELDS = ['name', 'pacing', 'end', 'estimated_hours', 'uuid', 'short_description'];

/** Only what is read: course descriptions may be long. What is no object becomes []: it decodes as malformed. */
function pickKeptFields(body: unknown): unknown {
  if (body === undefined) return null;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return [];
  return Object.fromEntries(Object.entries(body).filter(([name]) => KEPT_FIELDS.includes(name)));
}

function courseOf(courseRunId: string, body: unknown): CourseLookUp {
  if (body === null) return 'missing';
  const { estimated_hours: hours, uuid, short_description: description } = body as Record<string, unknown>;
  const decoded = decodeCourse(body, courseRunId, typeof hours === 'number' ? hours : null);
  if (!decoded.ok) return 'malformed';
  return { details: decoded.answer, uuid: textOf(uuid), description: textOf(description) };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
