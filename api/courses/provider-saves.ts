import type { FastifyBaseLogger } from 'fastify';
import type { Knex } from 'knex';
import { enqueueExamSave } from '../../db/courses/exam-saves';
import type { Exam } from '../../domain/attempts/model';
import { saveOf } from '../../domain/courses/exam-steps';
import type { ApiContext } from '../context';

/** Enqueues, in the transaction that saves an exam, its save at the provider; the course's workflow sends it. */
export async function enqueueSaveAtProvider(
  trx: Knex,
  exam: Exam,
  { commandId, before }: { commandId: string; before?: Exam },
): Promise<void> {
  const provider = exam.effectiveProvider ?? before?.effectiveProvider ?? null;
  const save = saveOf({ ...exam, provider }, before);
  if (save) await enqueueExamSave(trx, { examId: exam.id, courseId: exam.courseId, commandId, ...save });
}

/** Wakes a course's workflow for its saves at providers. While Temporal is down, the relay does so later. */
export async function wakeProviderSaves(
  { temporal, settings }: ApiContext,
  courseId: string,
  log: Pick<FastifyBaseLogger, 'warn'>,
): Promise<void> {
  await temporal
    .wakePublish(courseId, settings.timings)
    .catch(() => log.warn({ courseId }, 'the relay will tell the provider of an exam'));
}
