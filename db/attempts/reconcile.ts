import type { Knex } from 'knex';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { queryRows } from '../core/query';

/** Rows of a page, each with the cursor to go on from. */
export type WithCursor<T> = T & { cursor: string };

/** Attempts that need a running workflow, by id. The first page comes after the empty text. */
export function awakeAttempts(knex: Knex, after: string, limit: number): Promise<WithCursor<AttemptKey>[]> {
  return queryRows(knex, AWAKE, { after: after || NIL, limit });
}

const NIL = '00000000-0000-0000-0000-000000000000';

const AWAKE = `
  select id::text as cursor, exam_id as "examId", user_id as "userId", number as "attemptNumber" from attempts
  where id > cast(:after as uuid) and (review_due_at is not null
    or status in ('eligible', 'created', 'download_software_clicked', 'ready_to_start', 'started', 'ready_to_submit'))
  order by id limit :limit`;

/** Owners of effects still to be done, an owner as often as it has effects in the page. */
export function ownersOfDueEffects(knex: Knex, after: string, limit: number): Promise<WithCursor<AttemptKey>[]> {
  return queryRows(knex, OWNERS, { after: after || '0', limit });
}

const OWNERS = `
  select id::text as cursor, owner_exam_id as "examId", owner_user_id as "userId", owner_attempt_number as "attemptNumber"
  from effects where state in ('due', 'in_flight') and id > cast(:after as bigint) order by id limit :limit`;

/** Courses with exams to be saved at a provider. */
export function coursesWithDueSaves(
  knex: Knex,
  after: string,
  limit: number,
): Promise<WithCursor<{ courseId: string }>[]> {
  return queryRows(knex, SAVES, { after, limit });
}

const SAVES = `
  select distinct course_id as cursor, course_id as "courseId" from exam_saves
  where state = 'due' and course_id > :after order by course_id limit :limit`;
