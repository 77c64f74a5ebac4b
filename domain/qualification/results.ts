import { groupResult, type GroupResult } from './group-result';
import { compareIds } from './ids';
import type { AssignmentGroup, PeriodAssignment, PeriodStudent } from './model';

/** A student's result on one assignment. */
export interface AssignmentResult {
  assignment: PeriodAssignment;
  /** All the student's groups on it, by id; none = not registered on the assignment. */
  groups: readonly GroupResult[];
  /** The result that counts, or null where no group has one. */
  best: GroupResult | null;
}

/** All that rules know of a student: the assignments in the period's order. */
export interface StudentResults {
  userId: string;
  results: readonly AssignmentResult[];
}

/** Published first, in the order of publishing; planned ones have a later date and so stand behind. */
export function inPeriodOrder(assignments: readonly PeriodAssignment[]): PeriodAssignment[] {
  return [...assignments].sort(
    (one, other) =>
      one.publishedAt.getTime() - other.publishedAt.getTime() || compareIds(one.assignmentId, other.assignmentId),
  );
}

/** Groups one student's groups by assignment; groups on assignments that are not listed are left out. */
export function studentResults(
  ordered: readonly PeriodAssignment[],
  userId: string,
  groups: readonly GroupResult[],
): StudentResults {
  const byAssignment = new Map<string, GroupResult[]>();
  for (const group of groups) {
    const known = byAssignment.get(group.assignmentId);
    if (known === undefined) byAssignment.set(group.assignmentId, [group]);
    else known.push(group);
  }
  const results = ordered.map((assignment) => assignmentResult(assignment, byAssignment.get(assignment.assignmentId)));
  return { userId, results };
}

/** Every student of a period with the results, each group and each membership looked at once. */
export function periodResults(
  assignments: readonly PeriodAssignment[],
  students: Iterable<PeriodStudent>,
  groups: Iterable<AssignmentGroup>,
): StudentResults[] {
  const ordered = inPeriodOrder(assignments);
  const byStudent = groupsByMember(groups);
  const userIds = [...new Set([...students].filter(({ related }) => related).map(({ userId }) => userId))];
  return userIds.map((userId) => studentResults(ordered, userId, byStudent.get(userId) ?? []));
}

/** Members of groups who are no students of the period, apart by whether anything was ever published on their work. */
export function candidatesOutside(
  students: Iterable<PeriodStudent>,
  groups: Iterable<AssignmentGroup>,
): { withFeedback: string[]; withoutFeedback: string[] } {
  const related = new Set([...students].filter((student) => student.related).map(({ userId }) => userId));
  const outside = [...groupsByMember(groups)].filter(([userId]) => !related.has(userId));
  const hasFeedback = (found: readonly GroupResult[]): boolean => found.some(({ points }) => points !== null);
  const ids = (wanted: boolean): string[] =>
    outside.flatMap(([userId, found]) => (hasFeedback(found) === wanted ? [userId] : [])).sort(compareIds);
  return { withFeedback: ids(true), withoutFeedback: ids(false) };
}

function groupsByMember(groups: Iterable<AssignmentGroup>): Map<string, GroupResult[]> {
  const byMember = new Map<string, GroupResult[]>();
  for (const group of groups) {
    const result = groupResult(group);
    for (const userId of new Set(group.members)) {
      const known = byMember.get(userId);
      if (known === undefined) byMember.set(userId, [result]);
      else known.push(result);
    }
  }
  return byMember;
}

/** Of several groups the one with most points counts, even where it fails and another passes; of equals the first made. */
function assignmentResult(assignment: PeriodAssignment, found: readonly GroupResult[] = []): AssignmentResult {
  const groups = [...found].sort((one, other) => one.groupId - other.groupId);
  let best: GroupResult | null = null;
  for (const group of groups) {
    if (group.state !== 'corrected' || group.points === null) continue;
    if (best === null || group.points > (best.points ?? 0)) best = group;
  }
  return { assignment, groups, best };
}
