import type { Knex } from 'knex';
import type { PeriodAssignment } from '../../domain/qualification/model';
import type { StudentResults } from '../../domain/qualification/results';
import { queryRows } from '../core/query';
import { PACKED_GROUP, type PackedStudent, unpackStudent } from './packed-groups';

/**
 * All students of a period with their groups, page by page in the order of their ids, in one statement of the transaction.
 * A page unpacks one student at a time, as it is read: callers give others a turn in between.
 */
export async function* streamResults(
  trx: Knex,
  periodId: string,
  assignments: readonly PeriodAssignment[],
  pageSize: number,
): AsyncGenerator<Iterable<StudentResults>, void, undefined> {
  await queryRows(trx, ROOM_TO_JOIN);
  await queryRows(trx, `declare ${CURSOR} no scroll cursor for ${READ_ALL}`, { periodId });
  for (;;) {
    const page = await queryRows<PackedStudent>(trx, `fetch ${pageSize} from ${CURSOR}`);
    if (page.length > 0) yield unpacked(assignments, page);
    if (page.length < pageSize) break;
  }
  await queryRows(trx, `close ${CURSOR}`);
}

function* unpacked(
  assignments: readonly PeriodAssignment[],
  page: readonly PackedStudent[],
): Generator<StudentResults> {
  for (const student of page) yield unpackStudent(assignments, student);
}

const CURSOR = 'period_results';

/**
 * Each table is read once and joined in memory, which needs room for the groups of a period; a cursor is planned for all of
 * its rows, and compiling the statement would take longer than running it.
 */
const ROOM_TO_JOIN = `
  select set_config('cursor_tuple_fraction', '1', true), set_config('jit', 'off', true),
    set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')) / 1024, 32768)::text || 'kB', true)`;

const READ_ALL = `
  select s.user_id as "userId", r.packed
  from period_students s left join (
    select m.user_id, string_agg(${PACKED_GROUP}, E'\\x1f') as packed
    from period_group_members m join period_groups g on g.period_id = m.period_id and g.group_id = m.group_id
    where m.period_id = :periodId group by m.user_id) r on r.user_id = s.user_id
  where s.period_id = :periodId and s.related order by s.user_id`;
