import type { Knex } from 'knex';
import type { InJson } from '../../contracts/in-json';
import type { AttemptedExam } from '../../domain/attempts/model';
import { queryRows } from '../core/query';
import { attemptProviderSql, effectiveProviderSql, examFromJson, examJson } from './json';

/** An exam of the course, and the number of the learner's attempt a cascade would address there. */
export interface CascadeCandidate {
  exam: AttemptedExam;
  /** The current attempt's, else the next one to be used. */
  attemptNumber: number;
  /** The current attempt's, else the exam's. */
  provider: string | null;
}

/** All exams of a course with the learner's attempt on each; which of them are declined the domain decides. */
export async function cascadeCandidates(knex: Knex, courseId: string, userId: string): Promise<CascadeCandidate[]> {
  type Row = Omit<CascadeCandidate, 'exam'> & { exam: InJson<AttemptedExam> };
  const rows = await queryRows<Row>(knex, CANDIDATES, { courseId, userId });
  return rows.map((row) => ({ ...row, exam: examFromJson(row.exam) }));
}

const CANDIDATES = `
  select ${examJson('e', 'c')} as exam,
    case when a.id is null then ${effectiveProviderSql('e', 'c')} else ${attemptProviderSql('a', 'e')} end as provider,
    coalesce(a.number,
      1 + greatest(0, (select max(number) from attempts n where n.exam_id = e.id and n.user_id = :userId),
        (select max(number) from attempt_archive n where n.exam_id = e.id and n.user_id = :userId))) as "attemptNumber"
  from exams e join courses c on c.course_id = e.course_id
  left join attempts a on a.exam_id = e.id and a.user_id = :userId and a.is_current
  where e.course_id = :courseId order by e.id`;
