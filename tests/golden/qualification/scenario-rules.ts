import { evaluate } from '../../../domain/qualification/evaluation';
import { groupResult, shownState } from '../../../domain/qualification/group-result';
import { SHIPPED_PLUGINS } from '../../../domain/qualification/plugins/shipped';
import {
  candidatesOutside,
  inPeriodOrder,
  periodResults,
  type StudentResults,
} from '../../../domain/qualification/results';
import { assignmentOf, groupOf, RECORDED_AT, studentsOf, type RecordedRun, type Scenario } from './scenario';

/** What there is to be seen of a period before anybody decides. */
export interface SeenPeriod {
  assignments: string[];
  /** By group: its state, and the points of the feedback that is active. */
  groups: Record<string, [state: string, points: number | null]>;
  best: Record<string, Record<string, [points: number, passing: boolean] | null>>;
  outside: { withFeedback: string[]; withoutFeedback: string[] };
}

/** What came of a run. */
export interface SeenRun {
  /** Ids that were refused; the run was repeated without them (D3). */
  refused: string[];
  qualified: string[];
  /** Sums of points, where the rule makes them. */
  totals?: Record<string, number>;
}

export function recordedPeriod({ expected }: Scenario): SeenPeriod {
  return {
    assignments: expected.assignment_order,
    groups: expected.group_status,
    best: expected.best,
    outside: { withFeedback: expected.ignored_with_results, withoutFeedback: expected.ignored_without_results },
  };
}

/** Whoever is chosen by hand and is no student was ignored then, and is refused now. */
export function recordedRun(scenario: Scenario, { settings, expected }: RecordedRun): SeenRun {
  const { qualified, totals } = expected;
  return { refused: strangersIn(scenario, settings.students), qualified, ...(totals && { totals }) };
}

function strangersIn({ students }: Scenario, chosen: readonly string[] = []): string[] {
  const related = new Set(students.filter((student) => student.related).map(({ key }) => key));
  return chosen.filter((id) => !related.has(id));
}

/** Settings by our names. */
export function settingsOfRun({ plugin, settings }: RecordedRun): Record<string, unknown> {
  const { assignments, minimum_points: minimumPoints, students } = settings;
  if (plugin === 'select') return { students };
  return { ...(assignments && { assignments }), ...(minimumPoints !== undefined && { minimumPoints }) };
}

/** A period as the rules see it, without anything that runs. */
export function periodByRules(scenario: Scenario): SeenPeriod {
  const groups = scenario.groups.map(groupOf);
  const states = groups.map((group, index) => {
    const result = groupResult(group);
    return [scenario.groups[index]?.key ?? '', [shownState(result, RECORDED_AT), result.points]] as const;
  });
  const best = semesterOfScenario(scenario).students.map(({ userId, results }) => {
    const cells = results.map(({ assignment, best: counts }) => [
      assignment.assignmentId,
      counts === null ? null : [counts.points, counts.passing],
    ]);
    return [userId, Object.fromEntries(cells) as SeenPeriod['best'][string]] as const;
  });
  return {
    assignments: inPeriodOrder(scenario.assignments.map(assignmentOf)).map(({ assignmentId }) => assignmentId),
    groups: Object.fromEntries(states) as SeenPeriod['groups'],
    best: Object.fromEntries(best),
    outside: candidatesOutside(studentsOf(scenario), groups),
  };
}

/** A run by the rules alone. @throws Error where the settings are wrong even without the strangers */
export function runByRules(scenario: Scenario, run: RecordedRun): SeenRun {
  const plugin = SHIPPED_PLUGINS.find(({ id }) => id === run.plugin);
  if (plugin === undefined) throw new Error(`no plugin ${run.plugin}`);
  const semester = semesterOfScenario(scenario);
  const scope = {
    assignments: semester.assignments,
    studentIds: new Set(semester.students.map(({ userId }) => userId)),
  };
  const first = plugin.configure(settingsOfRun(run), scope);
  const refused = 'faults' in first ? first.faults.map(({ value }) => String(value)) : [];
  const second = plugin.configure(settingsWithout(run, refused), scope);
  if ('faults' in second) throw new Error(JSON.stringify(second.faults));
  const decisions = [...evaluate(plugin, second.settings, semester).decisions];
  return seenRun(run, refused, decisions);
}

/** The same choice without some students. */
export function settingsWithout(run: RecordedRun, refused: readonly string[]): Record<string, unknown> {
  const { students } = run.settings;
  if (students === undefined || refused.length === 0) return settingsOfRun(run);
  return { students: students.filter((id) => !refused.includes(id)) };
}

interface Decision {
  userId: string;
  qualifies: boolean;
  reason: { params: Record<string, unknown> };
}

export function seenRun({ expected }: RecordedRun, refused: string[], decisions: readonly Decision[]): SeenRun {
  const qualified = decisions.filter(({ qualifies }) => qualifies).map(({ userId }) => userId);
  const seen = { refused, qualified: qualified.sort() };
  if (expected.totals === undefined) return seen;
  const totals = decisions.map(({ userId, reason }) => [userId, reason.params['total']]);
  return { ...seen, totals: Object.fromEntries(totals) as Record<string, number> };
}

function semesterOfScenario(scenario: Scenario): {
  assignments: ReturnType<typeof inPeriodOrder>;
  students: StudentResults[];
} {
  const assignments = inPeriodOrder(scenario.assignments.map(assignmentOf));
  const groups = scenario.groups.map(groupOf);
  return { assignments, students: periodResults(assignments, studentsOf(scenario), groups) };
}
