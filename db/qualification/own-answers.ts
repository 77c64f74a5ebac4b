import type { Knex } from 'knex';
import type { QualificationStatusName, SavedPlugin } from '../../domain/qualification/statuses';
import type { Reason } from '../../domain/qualification/text';
import { queryRows } from '../core/query';
import type { NamedAssignment } from './statuses';

/** A period a student belongs to, with what its active status says of him. */
export interface OwnAnswerRow {
  periodId: string;
  shortName: string;
  longName: string;
  language: string;
  status: QualificationStatusName | null;
  plugin: SavedPlugin | null;
  assignments: NamedAssignment[] | null;
  qualifies: boolean | null;
  reason: Reason | null;
}

/** Periods whose list the student is on, or who are students of it now, in the order of their ids. */
export async function listOwnAnswers(
  knex: Knex,
  userId: string,
  { after = '', limit }: { after?: string | undefined; limit: number },
): Promise<OwnAnswerRow[]> {
  return queryRows<OwnAnswerRow>(
    knex,
    `select p.period_id as "periodId", p.short_name as "shortName", p.long_name as "longName", n.language, s.status,
       s.plugin, s.assignments, r.qualifies, r.reason
     from periods p
     join nodes n on n.node_id = p.node_id
     left join qualification_active a on a.period_id = p.period_id
     left join qualification_statuses s on s.status_id = a.status_id
     left join qualification_rows r on r.status_id = s.status_id and r.user_id = :userId
     where p.period_id > :after and p.period_id in (
       select period_id from period_students where user_id = :userId and related
       union select t.period_id from qualification_rows q join qualification_statuses t on t.status_id = q.status_id
         where q.user_id = :userId)
     order by p.period_id limit :limit`,
    { userId, after, limit },
  );
}
