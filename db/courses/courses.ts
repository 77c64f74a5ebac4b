import type { Knex } from 'knex';
import type { CourseClock } from '../../contracts/attempts/messages';
import { moveDeadlines } from '../attempts/deadlines';
import { CourseModel } from '../core/models';

export interface CourseInput {
  courseId: string;
  name: string;
  endAt: Date | null;
  /** The proctoring provider of its exams that have none of their own. */
  provider: string | null;
  escalationEmail: string | null;
}

export interface Course extends CourseInput {
  clock: CourseClock;
}

export async function findCourse(knex: Knex, courseId: string): Promise<Course | undefined> {
  const row = await CourseModel.query(knex).findById(courseId);
  return row && courseOf(row);
}

/** Stores what the platform sends of a course; its clock stays as it is. */
export async function upsertCourse(knex: Knex, { provider, ...course }: CourseInput): Promise<Course> {
  const merged = ['name', 'end_at', 'proctoring_provider', 'escalation_email'];
  const input = { ...course, proctoringProvider: provider };
  const row = await CourseModel.query(knex).insert(input).onConflict('course_id').merge(merged).returning('*');
  return courseOf(row);
}

/** Moves a course's clock (tests and the demo only). A part not given stays. Undefined when there is no such course. */
export async function setClock(
  knex: Knex,
  courseId: string,
  { offsetMs, frozenAt }: { offsetMs?: number; frozenAt?: Date | null },
): Promise<CourseClock | undefined> {
  const patch = {
    ...(offsetMs === undefined ? {} : { clockOffsetMs: String(offsetMs) }),
    ...(frozenAt === undefined ? {} : { clockFrozenAt: frozenAt }),
  };
  if (Object.keys(patch).length > 0) {
    await CourseModel.query(knex).findById(courseId).patch(patch);
    await moveDeadlines(knex, { courseId });
  }
  const row = await CourseModel.query(knex).findById(courseId);
  return row && clockOf(row);
}

function courseOf(row: CourseModel): Course {
  const { courseId, name, endAt, proctoringProvider: provider, escalationEmail } = row;
  return { courseId, name, endAt, provider, escalationEmail, clock: clockOf(row) };
}

function clockOf({ clockOffsetMs, clockFrozenAt }: CourseModel): CourseClock {
  return { offsetMs: Number(clockOffsetMs), frozenAtMs: clockFrozenAt?.getTime() ?? null };
}
