import type { Knex } from 'knex';
import { defineStatement, runStatement } from '../core/batch';
import { effectiveProviderSql } from './json';
import { NEXT_NUMBER } from './numbers';

/** Where a learner's next attempt on an exam belongs. */
export interface CreationRef {
  courseId: string;
  examName: string;
  /** The provider of the exam, by name. */
  provider: string | null;
  learnerExists: boolean;
  /** Sure only under the learner's lock. */
  attemptNumber: number;
}

/** Undefined when there is no such exam. */
export async function findCreationRef(knex: Knex, examId: number, userId: string): Promise<CreationRef | undefined> {
  const [ref] = await runStatement<CreationRef>(knex, { statement: CREATION_REF, values: { examId, userId } });
  return ref;
}

const CREATION_REF = defineStatement(
  'creation_ref',
  `select e.course_id as "courseId", e.exam_name as "examName", ${effectiveProviderSql('e', 'c')} as provider,
    exists (select 1 from learners l where l.user_id = :userId) as "learnerExists",
    ${NEXT_NUMBER} as "attemptNumber"
  from exams e join courses c on c.course_id = e.course_id
  where e.id = :examId`,
);
