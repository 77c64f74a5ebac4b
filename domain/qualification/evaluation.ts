import { cellOf, type ResultCell } from './cells';
import type { PeriodAssignment } from './model';
import type { QualificationPlugin } from './plugin';
import type { StudentResults } from './results';
import type { PluginSettings } from './settings-fields';
import type { Reason } from './text';

/** What a rule says of one student, with the results it was said from. */
export interface StudentDecision {
  userId: string;
  qualifies: boolean;
  reason: Reason;
  /** One for each assignment, in the period's order. */
  cells: readonly ResultCell[];
}

export interface Evaluation {
  /** The assignments in the order of the cells. */
  assignments: readonly PeriodAssignment[];
  decisions: readonly StudentDecision[];
  warnings: readonly EvaluationWarning[];
}

/** Not wrong, but surprising enough to be said before anybody saves it. */
export type EvaluationWarning = 'no-assignments' | 'no-students';

/** A rule made ready for one period, for callers that read students page by page. */
export function studentDecider(
  plugin: QualificationPlugin,
  settings: PluginSettings,
  assignments: readonly PeriodAssignment[],
): (student: StudentResults) => StudentDecision {
  const decide = plugin.ruleFor(settings, assignments);
  return (student) => ({ userId: student.userId, ...decide(student), cells: student.results.map(cellOf) });
}

/** Decides about every student. The assignments come in the period's order, as the students' results do. */
export function evaluate(
  plugin: QualificationPlugin,
  settings: PluginSettings,
  { assignments, students }: { assignments: readonly PeriodAssignment[]; students: readonly StudentResults[] },
): Evaluation {
  const decisions = students.map(studentDecider(plugin, settings, assignments));
  return { assignments, decisions, warnings: warningsOf(assignments.length, decisions.length) };
}

export function warningsOf(assignments: number, students: number): EvaluationWarning[] {
  return [
    ...(assignments === 0 ? (['no-assignments'] as const) : []),
    ...(students === 0 ? (['no-students'] as const) : []),
  ];
}
