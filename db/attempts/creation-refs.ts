import type { Knex } from 'knex';
import { providerNameSql } from './json';
import { NEXT_NUMBER } from './numbers';
import { prepared, rowsOf } from '../core/batch';

/** Where a learner's next attempt on an exam belongs. */
export interface CreationPlace {
  courseId: string;
  examName: string;
  /** The provider of the exam, by name. */
  provider: string | null;
  learnerExists: boolean;
  /** Sure only under the learner's lock. */
  attemptNumber: number;
}

/** Undefined when there is no such exam. */
export async function findCreationPlace(
  knex: Knex,
  examId: number,
  userId: string,
): Promise<CreationPlace | undefined> {
  const [place] = await rowsOf<CreationPlace>(knex, { statement: PLACE, values: { examId, userId } });
  return place;
}

const PLACE = prepared(
  'creation_place',
  `select e.course_id as "courseId", e.exam_name as "examName", ${providerNameSql('e', 'c')} as provider,
    exists (select 1 from learners l where l.user_id = :userId) as "learnerExists",
    ${NEXT_NUMBER} as "attemptNumber"
  from exams e join courses c on c.course_id = e.course_id
  where e.id = :examId`,
);
