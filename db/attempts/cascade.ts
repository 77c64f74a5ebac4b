import type { Knex } from 'knex';
import type { InJson } from '../../contracts/in-json';
import type { AttemptedExam } from '../../domain/attempts/model';
import { queryRows } from '../core/query';
import { examFromJson, examJson } from './json';

/** An exam of the course, and the number of the learner's attempt a cascade would address there. */
export interface CascadeCandidate {
  exam: AttemptedExam;
  /** The current attempt's, else the next one to be used. */
  attemptNumber: number;
}

/** All exams of a course with the learner's attempt on each; which of them are declined the domain decides. */
export async function cascadeCandidates(knex: Knex, courseId: string, userId: string): Promise<CascadeCandidate[]> {
  type Row = { exam: InJson<AttemptedExam>; attemptNumber: number };
  const rows = await queryRows<Row>(knex, CANDIDATES, { courseId, userId });
  return rows.map(({ exam, attemptNumber }) => ({ exam: examFromJson(exam), attemptNumber }));
}

const CANDIDATES = `
  select ${examJson('e', 'c')} as exam,
    coalesce((select number from attempts a where a.exam_id = e.id and a.user_id = :userId and a.is_current),
      1 + greatest(0, (select max(number) from attempts a where a.exam_id = e.id and a.user_id = :userId),
        (select max(number) from attempt_archive a where a.exam_id = e.id and a.user_id = :userId))) as "attemptNumber"
  from exams e join courses c on c.course_id = e.course_id
  where e.course_id = :courseId order by e.id`;
