import type { Knex } from 'knex';
import type { ChangedBy } from '../requests/audit';
import { auditConfiguration, lockConfiguration, type Members } from '../requests/configuration-audit';
import { type Course, type CourseInput, findCourse, upsertCourse } from './courses';

/** Stores a course; what changed is in the audit log, in the same transaction. */
export async function changeCourse(knex: Knex, course: CourseInput, by: ChangedBy): Promise<Course> {
  const object = `course:${course.courseId}`;
  return knex.transaction(async (trx) => {
    await lockConfiguration(trx, object);
    const before = await findCourse(trx, course.courseId);
    const after = await upsertCourse(trx, course);
    const members = { before: before ? membersOf(before) : null, after: membersOf(after), redact };
    await auditConfiguration(trx, { kind: 'course', object, ...members, scope: 'exams:write' }, by);
    return after;
  });
}

function membersOf({ name, endAt, provider, escalationEmail }: Course): Members {
  return { name, end: endAt?.toISOString() ?? null, proctoringProvider: provider, escalationEmail };
}

/** An address is a person's. */
function redact({ escalationEmail: _address, ...members }: Members): Members {
  return members;
}
