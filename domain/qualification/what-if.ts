import { decidedNow } from './decided-list';
import { listDifferences, type DecidedList, type StudentDifference } from './differences';
import { evaluate, type Evaluation, type EvaluationWarning } from './evaluation';
import type { QualificationPlugin } from './plugin';
import type { StudentResults } from './results';
import type { SettingsFault, SettingsScope } from './settings-check';
import type { PluginSettings } from './settings-fields';

/** What would come of a rule, and in what it differs from what is saved. Nothing is stored by asking. */
export interface WhatIf {
  settings: PluginSettings;
  evaluation: Evaluation;
  counts: DecisionCounts;
  warnings: readonly EvaluationWarning[];
  /** Null where nothing is saved to compare with. */
  differences: readonly StudentDifference[] | null;
}

export interface DecisionCounts {
  students: number;
  qualify: number;
}

/** Tries a rule on a period's results, by the very steps a draft goes through. */
export function whatIf(
  plugin: QualificationPlugin,
  given: unknown,
  scope: Pick<SettingsScope, 'assignments'> & { students: readonly StudentResults[] },
  saved: DecidedList | null,
): WhatIf | { faults: SettingsFault[] } {
  const studentIds = new Set(scope.students.map(({ userId }) => userId));
  const configured = plugin.configure(given, { assignments: scope.assignments, studentIds });
  if ('faults' in configured) return configured;
  const evaluation = evaluate(plugin, configured.settings, scope);
  return {
    settings: configured.settings,
    evaluation,
    counts: countDecisions(evaluation.decisions),
    warnings: evaluation.warnings,
    differences: saved === null ? null : listDifferences(saved, decidedNow(evaluation)),
  };
}

export function countDecisions(decisions: readonly { qualifies: boolean | null }[]): DecisionCounts {
  return { students: decisions.length, qualify: decisions.filter(({ qualifies }) => qualifies === true).length };
}
