import type { Knex } from 'knex';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { ATTEMPT_STATUSES, isIncomplete } from '../../domain/attempts/statuses';
import { queryRows } from '../core/query';

const PAGE = 200;

/** The attempts under way on these exams, page by page: a course may have tens of thousands. */
export async function* openAttempts(knex: Knex, examIds: readonly number[]): AsyncGenerator<AttemptKey[]> {
  const statuses = ATTEMPT_STATUSES.filter(isIncomplete);
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await queryRows<AttemptKey & { id: string }>(
      knex,
      `select id, exam_id as "examId", user_id as "userId", number as "attemptNumber" from attempts
       where exam_id = any(:examIds) and status = any(:statuses) and id > :after order by id limit :limit`,
      { examIds: [...examIds], statuses, after, limit: PAGE },
    );
    if (rows.length > 0) yield rows.map(({ id: _, ...key }) => key);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.id;
  }
}
