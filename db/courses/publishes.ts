import type { Knex } from 'knex';
import type { ExamStep } from '../../domain/courses/exam-steps';
import { queryRow, writeRows } from '../core/query';
import { enqueueExamSave } from './exam-saves';
import { createExam, patchExam } from './exams';
import { putReviewPolicy, removeReviewPolicy } from './review-policies';

/** The answer to a publish, if that command was applied before. */
export async function findPublish(trx: Knex, commandId: string): Promise<unknown> {
  const sql = 'select result from course_publishes where command_id = :commandId';
  return (await queryRow<{ result: unknown }>(trx, sql, { commandId }))?.result;
}

export interface AppliedPublish {
  commandId: string;
  courseId: string;
  result: unknown;
  now: Date;
}

/** Records that the publish is done, so that its repeat gets the same result. */
export async function storePublish(trx: Knex, { result, ...publish }: AppliedPublish): Promise<void> {
  await writeRows(
    trx,
    `insert into course_publishes (command_id, course_id, result, at)
     values (:commandId, :courseId, cast(:result as jsonb), :now)`,
    { ...publish, result: JSON.stringify(result) },
  );
}

/**
 * A course that is not stored yet is named by its id until the platform sends it. A publish that names a provider, or gives new
 * exams one where the course names none, says what the course's is: its exams and it agree.
 */
export async function ensureCourse(trx: Knex, courseId: string, provider: string | null): Promise<void> {
  await writeRows(
    trx,
    `insert into courses as c (course_id, name, proctoring_provider) values (:courseId, :courseId, :provider)
     on conflict (course_id) do update set proctoring_provider = excluded.proctoring_provider
     where excluded.proctoring_provider is distinct from c.proctoring_provider and excluded.proctoring_provider is not null`,
    { courseId, provider },
  );
}

interface StepContext {
  courseId: string;
  commandId: string;
  now: Date;
}

/** Writes one step: exam, policy with its history, and the save at the provider. @returns the exam's id. */
export async function applyExamStep(
  trx: Knex,
  step: ExamStep,
  { courseId, commandId, now }: StepContext,
): Promise<number> {
  const examId = await storeExam(trx, courseId, step);
  const { policy, save } = step;
  if (policy?.do === 'remove') await removeReviewPolicy(trx, examId, now);
  else if (policy) await putReviewPolicy(trx, { examId, policy: policy.policy, editedBy: policy.editedBy }, now);
  if (save) await enqueueExamSave(trx, { examId, courseId, commandId, ...save });
  return examId;
}

async function storeExam(
  trx: Knex,
  courseId: string,
  { examId, contentId, fields, ...step }: ExamStep,
): Promise<number> {
  if (examId !== null) {
    if (step.do !== 'unchanged') await patchExam(trx, examId, fields);
    return examId;
  }
  const created = await createExam(trx, { courseId, contentId, ...fields });
  // It was created by POST /v1/exams since the plan was made: the whole publish is tried again.
  if (!created) throw new Error('an exam of the course came into being during its publish');
  return created.id;
}
