import type { GroupResult } from '../../domain/qualification/group-result';
import type { PeriodAssignment } from '../../domain/qualification/model';
import { studentResults, type StudentResults } from '../../domain/qualification/results';
import { groupStateOf } from './group-states';

/** A student's groups in one text: a million of them as rows would cost more to carry than to decide about. */
export interface PackedStudent {
  userId: string;
  packed: string | null;
}

/** The character between fields and groups; no imported text may hold it. */
const SEPARATOR = '\u001f';

/** The fields of a group in SQL. */
export const PACKED_GROUP = `g.group_id || E'\\x1f' || g.assignment_id || E'\\x1f' || g.state || E'\\x1f'
  || coalesce(g.points::text, '') || E'\\x1f' || coalesce(g.passing::int::text, '') || E'\\x1f' || coalesce(g.grade, '')
  || E'\\x1f' || coalesce((extract(epoch from g.last_deadline_at) * 1000)::bigint::text, '')`;

const FIELDS = 7;

export function unpackStudent(
  assignments: readonly PeriodAssignment[],
  { userId, packed }: PackedStudent,
): StudentResults {
  const groups: GroupResult[] = [];
  const fields = packed === null ? [] : packed.split(SEPARATOR);
  for (let at = 0; at < fields.length; at += FIELDS) groups.push(unpackGroup(fields, at));
  return studentResults(assignments, userId, groups);
}

function unpackGroup(fields: readonly string[], at: number): GroupResult {
  const field = (index: number): string => fields[at + index] ?? '';
  const [points, passing, deadline] = [field(3), field(4), field(6)];
  return {
    groupId: Number(field(0)),
    assignmentId: field(1),
    state: groupStateOf(Number(field(2))),
    points: points === '' ? null : Number(points),
    passing: passing === '' ? null : passing === '1',
    grade: points === '' ? null : field(5),
    lastDeadlineAt: deadline === '' ? null : new Date(Number(deadline)),
  };
}
