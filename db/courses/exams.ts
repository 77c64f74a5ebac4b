import type { Knex } from 'knex';
import type { ExamFields } from '../../domain/courses/exam-steps';
import { decodeCursor, type Page, pageOf, type PageRequest } from '../core/cursor';
import { ExamModel } from '../core/models';

/** What the caller settles of an exam. Its own provider, or null for the course's. */
export interface ExamInput extends ExamFields {
  courseId: string;
  contentId: string;
}

/** An exam as stored, with its review policy and the provider that counts. */
export interface StoredExam extends ExamInput {
  id: number;
  /** The exam's provider, else the course's; null when it is not proctored. */
  providerName: string | null;
  policy: { policy: string; editedBy: string | null } | null;
}

interface ExamRow extends ExamInput {
  id: number;
  courseProvider: string | null;
  policy: string | null;
  editedBy: string | null;
}

export async function findExam(knex: Knex, examId: number): Promise<StoredExam | undefined> {
  const row = await withPolicy(knex).findById(examId);
  return row && examOf(row as unknown as ExamRow);
}

/** The exams of a course, in the order they were made. */
export async function listExams(
  knex: Knex,
  { courseId, active }: { courseId: string; active?: boolean | undefined },
  { limit, cursor }: PageRequest,
): Promise<Page<StoredExam>> {
  const query = withPolicy(knex)
    .where('exams.course_id', courseId)
    .orderBy('exams.id')
    .limit(limit + 1);
  if (active !== undefined) void query.where('exams.is_active', active);
  if (cursor !== undefined) void query.where('exams.id', '>', Number(decodeCursor(cursor, [/^\d{1,9}$/])[0]));
  const rows = (await query) as unknown as ExamRow[];
  return pageOf(rows, limit, examOf, ({ id }) => [String(id)]);
}

/** All exams of a course, for the cascade and the publish plan. */
export async function examsOfCourse(knex: Knex, courseId: string): Promise<StoredExam[]> {
  const rows = await withPolicy(knex).where('exams.course_id', courseId).orderBy('exams.id');
  return (rows as unknown as ExamRow[]).map(examOf);
}

/** Undefined when the course already has an exam for this content. */
export async function createExam(knex: Knex, exam: ExamInput): Promise<StoredExam | undefined> {
  const { id } = await ExamModel.query(knex)
    .insert(exam)
    .onConflict(['course_id', 'content_id'])
    .ignore()
    .returning('id');
  // Nothing comes back of a row that was not inserted.
  return (id as number | undefined) === undefined ? undefined : findExam(knex, id);
}

/** Changes what is given. Undefined when there is no such exam. */
export async function patchExam(
  knex: Knex,
  examId: number,
  patch: Partial<Omit<ExamInput, 'courseId' | 'contentId'>>,
): Promise<StoredExam | undefined> {
  if (Object.keys(patch).length > 0) await ExamModel.query(knex).findById(examId).patch(patch);
  return findExam(knex, examId);
}

function withPolicy(knex: Knex) {
  return ExamModel.query(knex)
    .select('exams.*', 'courses.proctoring_provider as course_provider', 'p.policy', 'p.edited_by')
    .join('courses', 'courses.course_id', 'exams.course_id')
    .leftJoin('review_policies as p', 'p.exam_id', 'exams.id');
}

function examOf({ courseProvider, policy, editedBy, ...exam }: ExamRow): StoredExam {
  return {
    ...exam,
    providerName: exam.isProctored ? (exam.provider ?? courseProvider) : null,
    policy: policy === null ? null : { policy, editedBy },
  };
}
