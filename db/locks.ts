import type { Knex } from 'knex';
import { escapeLiteral } from 'pg';

/**
 * Takes the learner's lock until the transaction ends: all that is decided about one learner is decided one by one. As text,
 * to travel with others (`trip`).
 */
export function learnerLockSql(userId: string): string {
  return `select pg_advisory_xact_lock(hashtextextended('learner:' || ${escapeLiteral(userId)}, 0))`;
}

/**
 * Takes the course's lock until the transaction ends: publishes of one course are applied one by one, and nobody changes
 * one of its exams meanwhile. Attempts on them go on.
 */
export async function lockCourse(trx: Knex, courseId: string): Promise<void> {
  await trx.raw(`select pg_advisory_xact_lock(hashtextextended('course:' || ?, 0))`, [courseId]);
  await trx.raw('select id from exams where course_id = ? order by id for no key update', [courseId]);
}
