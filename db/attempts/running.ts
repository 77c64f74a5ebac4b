import type { Knex } from 'knex';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { ATTEMPT_STATUSES, isIncomplete } from '../../domain/attempts/statuses';
import { queryRows } from '../core/query';
import { SELECT_LIVE, type LocatedAttempt, readAttempts } from './find';

export interface ExamsAndLearners {
  examIds: readonly number[];
  userIds: readonly string[];
}

const INCOMPLETE = ATTEMPT_STATUSES.filter(isIncomplete);

/** Attempts of these learners on these exams that have been started and are not completed. `now` is the wall clock. */
export function runningAttempts(knex: Knex, where: ExamsAndLearners, now: Date): Promise<LocatedAttempt[]> {
  const sql = `${SELECT_LIVE} where a.exam_id = any(:examIds) and a.user_id = any(:userIds) and a.started_at is not null
    and a.status = any(:statuses) order by a.id`;
  const values = { examIds: [...where.examIds], userIds: [...where.userIds], statuses: INCOMPLETE };
  return readAttempts(knex, sql, values, now);
}

const PAGE = 200;

/** The incomplete attempts on these exams, page by page: a course may have tens of thousands. */
export async function* openAttempts(knex: Knex, examIds: readonly number[]): AsyncGenerator<AttemptKey[]> {
  const sql = `select id, exam_id as "examId", user_id as "userId", number as "attemptNumber" from attempts
    where exam_id = any(:examIds) and status = any(:statuses) and id > :after order by id limit :limit`;
  const values = { examIds: [...examIds], statuses: INCOMPLETE, limit: PAGE };
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await queryRows<AttemptKey & { id: string }>(knex, sql, { ...values, after });
    if (rows.length > 0) yield rows.map(({ id: _, ...key }) => key);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.id;
  }
}
