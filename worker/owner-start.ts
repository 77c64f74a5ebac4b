import type { Knex } from 'knex';
import { type AttemptStart, attemptStartOptions } from '../clients/temporal/attempt-start';
import type { AttemptKey, AttemptTimings } from '../contracts/attempts/messages';
import { findByKey } from '../db/attempts/find';
import { findExam } from '../db/courses/exams';

/** Start options for the workflow of an attempt, running or not; undefined when its exam is gone. */
export async function ownerStart(
  knex: Knex,
  key: AttemptKey,
  timings: AttemptTimings,
): Promise<AttemptStart | undefined> {
  const [exam, attempt] = await Promise.all([findExam(knex, key.examId), findByKey(knex, key, new Date())]);
  if (!exam) return undefined;
  const { courseId, examName, effectiveProvider: provider } = exam;
  return attemptStartOptions({ key, courseId, examName, provider, phase: attempt?.view.phase ?? 'removed' }, timings);
}
