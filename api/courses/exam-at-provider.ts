import type { FastifyBaseLogger } from 'fastify';
import type { Knex } from 'knex';
import { dueAtProvider } from '../../db/courses/exam-saves';
import type { StoredExam } from '../../db/courses/exams';
import { saveOf } from '../../domain/courses/exam-steps';
import type { ApiContext } from '../context';

/** Notes, in the transaction that saves an exam, what its provider has to be told; the course's workflow tells it. */
export async function dueAtItsProvider(
  trx: Knex,
  exam: StoredExam,
  { commandId, before }: { commandId: string; before?: StoredExam },
): Promise<void> {
  const provider = exam.providerName ?? before?.providerName ?? null;
  const save = saveOf({ ...exam, provider }, before);
  if (save) await dueAtProvider(trx, { examId: exam.id, courseId: exam.courseId, commandId, ...save });
}

/** Wakes whoever tells providers of a course's exams. While Temporal is down, the relay does so later. */
export async function tellProvider(
  { temporal, settings }: ApiContext,
  courseId: string,
  log: Pick<FastifyBaseLogger, 'warn'>,
): Promise<void> {
  await temporal
    .wakePublish(courseId, settings.timings)
    .catch(() => log.warn({ courseId }, 'the relay will tell the provider of an exam'));
}
