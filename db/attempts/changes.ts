import type { Knex } from 'knex';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { queryRow } from '../core/query';

/** Who made the newest version of an attempt. */
export interface LastChange {
  version: number;
  by: string;
  because: string;
}

/** The change that made a live attempt what it is. Undefined when nothing is known about it. */
export function lastChange(knex: Knex, { examId, userId, attemptNumber }: AttemptKey): Promise<LastChange | undefined> {
  return queryRow(knex, LAST, { examId, userId, attemptNumber });
}

const LAST = `
  select c.version, c."by", coalesce(c.because, 'unknown') as because
  from attempts a join commands c on c.attempt_id = a.id
  where a.exam_id = :examId and a.user_id = :userId and a.number = :attemptNumber and c.state = 'applied'
    and c.version is not null
  order by c.version desc limit 1`;
