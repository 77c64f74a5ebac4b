import type { Knex } from 'knex';
import type { Exam } from '../../domain/attempts/model';
import type { ExamSettings } from '../../domain/courses/exam-steps';
import { moveDeadlines } from '../attempts/deadlines';
import { decodeCursor, type Page, toPage, type PageRequest } from '../core/cursor';
import { ExamModel } from '../core/models';
import { queryRows } from '../core/query';

/** What the caller decides of a new exam. */
export type NewExam = Omit<Exam, 'id' | 'effectiveProvider' | 'policy' | 'version'>;

type ExamRow = NewExam & {
  id: number;
  version: number;
  courseProvider: string | null;
  policy: string | null;
  editedBy: string | null;
};

export async function findExam(knex: Knex, examId: number): Promise<Exam | undefined> {
  const row = await withPolicy(knex).findById(examId);
  return row && toExam(row as unknown as ExamRow);
}

/** The exam, which nobody else changes until the transaction ends. */
export async function lockExam(trx: Knex, examId: number): Promise<Exam | undefined> {
  await queryRows(trx, 'select id from exams where id = :examId for no key update', { examId });
  return findExam(trx, examId);
}

/** The exams of a course, in the order they were made. */
export async function listExams(
  knex: Knex,
  { courseId, active }: { courseId: string; active?: boolean | undefined },
  { limit, cursor }: PageRequest,
): Promise<Page<Exam>> {
  const query = withPolicy(knex)
    .where('exams.course_id', courseId)
    .orderBy('exams.id')
    .limit(limit + 1);
  if (active !== undefined) void query.where('exams.is_active', active);
  if (cursor !== undefined) void query.where('exams.id', '>', Number(decodeCursor(cursor, [/^\d{1,9}$/])[0]));
  const rows = (await query) as unknown as ExamRow[];
  return toPage(rows.map(toExam), limit, ({ id }) => [String(id)]);
}

/** All exams of a course, for the cascade and the publish plan. */
export async function examsOfCourse(knex: Knex, courseId: string): Promise<Exam[]> {
  const rows = await withPolicy(knex).where('exams.course_id', courseId).orderBy('exams.id');
  return (rows as unknown as ExamRow[]).map(toExam);
}

/** Undefined when the course already has an exam for this content. */
export async function createExam(knex: Knex, exam: NewExam): Promise<Exam | undefined> {
  const { id } = await ExamModel.query(knex)
    .insert(exam)
    .onConflict(['course_id', 'content_id'])
    .ignore()
    .returning('id');
  // Nothing comes back of a row that was not inserted.
  return (id as number | undefined) === undefined ? undefined : findExam(knex, id);
}

/** Changes what is given. Undefined when there is no such exam. */
export async function patchExam(knex: Knex, examId: number, patch: Partial<ExamSettings>): Promise<Exam | undefined> {
  if (Object.keys(patch).length > 0) await ExamModel.query(knex).findById(examId).patch(patch);
  if (patch.timeLimitMins !== undefined || patch.dueDate !== undefined)
    await moveDeadlines(knex, { examIds: [examId] });
  return findExam(knex, examId);
}

function withPolicy(knex: Knex) {
  return ExamModel.query(knex)
    .select('exams.*', 'courses.proctoring_provider as course_provider', 'p.policy', 'p.edited_by')
    .join('courses', 'courses.course_id', 'exams.course_id')
    .leftJoin('review_policies as p', 'p.exam_id', 'exams.id');
}

function toExam({ courseProvider, policy, editedBy, ...exam }: ExamRow): Exam {
  return {
    ...exam,
    effectiveProvider: exam.isProctored ? (exam.provider ?? courseProvider) : null,
    policy: policy === null ? null : { policy, editedBy },
  };
}
