import type { AssignmentGroup, PeriodAssignment, PeriodStudent } from '../../../domain/qualification/model';

/** A scenario of plugins.json: a period, what is to be seen of it, and the rules run on it. */
export interface Scenario {
  id: string;
  flavour: string;
  assignments: RecordedAssignment[];
  students: { key: string; related: boolean }[];
  groups: RecordedGroup[];
  expected: {
    assignment_order: string[];
    group_status: Record<string, [string, number | null]>;
    best: Record<string, Record<string, [number, boolean] | null>>;
    ignored_with_results: string[];
    ignored_without_results: string[];
  };
  runs: RecordedRun[];
}

interface RecordedAssignment {
  key: string;
  long_name: string;
  max_points: number;
  passing_grade_min_points: number;
  published: boolean;
  publish_order: number;
}

interface RecordedGroup {
  key: string;
  assignment: string;
  members: string[];
  attempts: { feedbacks: { points: number; grade: string; is_passing_grade: boolean }[]; draft: number | null }[];
  after: 'reopened' | 'closed' | null;
}

export interface RecordedRun {
  plugin: string;
  settings: { assignments?: string[]; minimum_points?: number; students?: string[] };
  expected: { qualified: string[]; totals?: Record<string, number> };
}

/** Everything in the recordings happened before this instant, all deadlines are over by then. */
export const RECORDED_AT = new Date('2013-06-01T12:00:00Z');

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** Planned assignments are published later than now, in their own order. */
export function assignmentOf(one: RecordedAssignment): PeriodAssignment {
  const days = one.published ? one.publish_order - 100 : one.publish_order + 1;
  return {
    assignmentId: one.key,
    shortName: one.key,
    longName: one.long_name,
    publishedAt: new Date(RECORDED_AT.getTime() + days * DAY_MS),
    maxPoints: one.max_points,
    passingPoints: one.passing_grade_min_points,
  };
}

/**
 * A group as a platform sends it. Publishing a feedback closes a group and a new attempt opens it, so it is open while its
 * last attempt has none; `after` is what was done by hand at the end.
 */
export function groupOf(one: RecordedGroup, index: number): AssignmentGroup {
  let savedAt = RECORDED_AT.getTime() - 50 * DAY_MS;
  const deadlines = one.attempts.map(({ feedbacks }, attempt) => ({
    deadlineAt: new Date(RECORDED_AT.getTime() + (attempt - 60) * DAY_MS),
    feedback: feedbacks.map(({ points, grade, is_passing_grade: isPassing }, number) => {
      savedAt += HOUR_MS;
      return { feedbackId: `${index}.${attempt}.${number}`, points, grade, isPassing, savedAt: new Date(savedAt) };
    }),
  }));
  const isWaiting = deadlines.at(-1)?.feedback.length === 0;
  const isOpen = one.after === null ? isWaiting : one.after === 'reopened';
  return { groupId: index + 1, assignmentId: one.assignment, members: one.members, isOpen, deadlines };
}

export function studentsOf({ students }: Scenario): PeriodStudent[] {
  return students.map(({ key, related }) => ({ userId: key, related }));
}
