import type { Knex } from 'knex';
import type { Exam } from '../../domain/attempts/model';
import { appendAudit } from '../requests/audit';
import { requestOrigin } from '../requests/idempotency';
import { recordExamChanges } from './exam-changes';
import { examsOfCourse } from './exams';

interface AppliedPublish {
  courseId: string;
  commandId: string;
  /** The course's exams as they were. */
  before: readonly Exam[];
  /** What the caller is answered: counts. */
  answer: object;
  now: Date;
}

/** Writes down a publish and each exam that it changed, in its transaction; who asked for it stands with the request. */
export async function recordPublish(trx: Knex, publish: AppliedPublish): Promise<void> {
  const { courseId, commandId, before, answer, now: at } = publish;
  const by = { ...(await requestOrigin(trx, commandId)), at };
  const after = await examsOfCourse(trx, courseId);
  await recordExamChanges(trx, { before, after, by, commandId, because: `publish:${commandId}` });
  const about = { scope: 'exams:write', action: 'course.published', object: `course:${courseId}` };
  await appendAudit(trx, { ...by, ...about, detail: { ...answer, commandId } });
}
