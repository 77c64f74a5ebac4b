import type { Knex } from 'knex';
import { prepared, type Stop } from './batch';

/** Takes the learner's lock until the transaction ends: all that is decided about one learner is decided one by one. */
export function learnerLockStop(userId: string): Stop {
  return { statement: LEARNER_LOCK, values: { userId } };
}

const LEARNER_LOCK = prepared(
  'learner_lock',
  `select pg_advisory_xact_lock(hashtextextended('learner:' || cast(:userId as text), 0))`,
);

/**
 * Takes the course's lock until the transaction ends: publishes of one course are applied one by one, and nobody changes
 * one of its exams meanwhile. Attempts on them go on.
 */
export async function lockCourse(trx: Knex, courseId: string): Promise<void> {
  await trx.raw(`select pg_advisory_xact_lock(hashtextextended('course:' || ?, 0))`, [courseId]);
  await trx.raw('select id from exams where course_id = ? order by id for no key update', [courseId]);
}
