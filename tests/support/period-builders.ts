import type { AssignmentGroup, PeriodAssignment, PublishedFeedback } from '../../domain/qualification/model';
import { inPeriodOrder, periodResults, type StudentResults } from '../../domain/qualification/results';

/** The first instant of the semesters made here. */
export const BEGINNING = new Date('2030-01-07T08:00:00Z');

const DAY_MS = 24 * 60 * 60 * 1000;

export function daysIn(days: number): Date {
  return new Date(BEGINNING.getTime() + days * DAY_MS);
}

export function assignmentWith(id: string, given: Partial<PeriodAssignment> = {}): PeriodAssignment {
  const day = Number(/\d+/.exec(id)?.[0] ?? 0);
  return {
    assignmentId: id,
    shortName: id,
    longName: `Week ${day}`,
    publishedAt: daysIn(day),
    maxPoints: 100,
    passingPoints: 40,
    ...given,
  };
}

/** A grading in few words: points, and whether they pass. Later ones are saved later. */
export type Grading = readonly [points: number, isPassing: boolean];

/** A closed group of one attempt whose gradings were published one after the other. */
export function gradedGroup(
  groupId: number,
  assignmentId: string,
  members: readonly string[],
  gradings: readonly Grading[],
): AssignmentGroup {
  const feedback = gradings.map(([points, isPassing], index): PublishedFeedback => {
    return { feedbackId: `${groupId}${index}`, points, grade: String(points), isPassing, savedAt: daysIn(30 + index) };
  });
  return { groupId, assignmentId, members, isOpen: false, deadlines: [{ deadlineAt: daysIn(20), feedback }] };
}

/** A period as rules get it: assignments in order, each student with all results. */
export interface Semester {
  assignments: readonly PeriodAssignment[];
  students: readonly StudentResults[];
}

export function semesterOf(
  assignments: readonly PeriodAssignment[],
  userIds: readonly string[],
  groups: readonly AssignmentGroup[],
): Semester {
  const students = userIds.map((userId) => ({ userId, related: true }));
  return { assignments: inPeriodOrder(assignments), students: periodResults(assignments, students, groups) };
}

export function scopeOf({ assignments, students }: Semester): {
  assignments: readonly PeriodAssignment[];
  studentIds: ReadonlySet<string>;
} {
  return { assignments, studentIds: new Set(students.map(({ userId }) => userId)) };
}
