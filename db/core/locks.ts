import type { Knex } from 'knex';
import { defineStatement, type Statement } from './batch';
import { queryRows } from './query';

/** Takes the learner's lock until the transaction ends: decisions about one learner are made one by one. */
export function learnerLockStatement(userId: string): Statement {
  return { statement: LEARNER_LOCK, values: { userId } };
}

const LEARNER_LOCK = defineStatement(
  'learner_lock',
  `select pg_advisory_xact_lock(hashtextextended('learner:' || cast(:userId as text), 0))`,
);

/** One worker at a time compares rows and workflows: until the transaction ends. False: another one is at it. */
export async function tryReconcileLock(trx: Knex): Promise<boolean> {
  const sql = `select pg_try_advisory_xact_lock(hashtextextended('reconcile', 0)) as taken`;
  return (await queryRows<{ taken: boolean }>(trx, sql))[0]?.taken === true;
}

/**
 * Takes the course's lock until the transaction ends: publishes of one course are applied one by one, and none of its
 * exams is changed meanwhile. Attempts on them go on.
 */
export async function lockCourse(trx: Knex, courseId: string): Promise<void> {
  await queryRows(trx, `select pg_advisory_xact_lock(hashtextextended('course:' || :courseId, 0))`, { courseId });
  await queryRows(trx, 'select id from exams where course_id = :courseId order by id for no key update', { courseId });
}

/** Takes the lock of vendors' token keys until the transaction ends: of several that would make the first key one does. */
export async function lockVendorTokenKeys(trx: Knex): Promise<void> {
  await trx.raw(`select pg_advisory_xact_lock(hashtextextended('vendor-token-keys', 0))`);
}
