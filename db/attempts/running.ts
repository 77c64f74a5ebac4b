import type { Knex } from 'knex';
import { ATTEMPT_STATUSES, isIncomplete } from '../../domain/attempts/statuses';
import { SELECT_LIVE, type LocatedAttempt, readAttempts } from './find';

export interface ExamsAndLearners {
  examIds: readonly number[];
  userIds: readonly string[];
}

/** Attempts of these learners on these exams that have been started and are not completed. `now` is the wall clock. */
export async function runningAttempts(knex: Knex, where: ExamsAndLearners, now: Date): Promise<LocatedAttempt[]> {
  const statuses = ATTEMPT_STATUSES.filter(isIncomplete);
  const sql = `${SELECT_LIVE} where a.exam_id = any(:examIds) and a.user_id = any(:userIds) and a.started_at is not null
    and a.status = any(:statuses) order by a.id`;
  return readAttempts(knex, sql, { examIds: [...where.examIds], userIds: [...where.userIds], statuses }, now);
}
