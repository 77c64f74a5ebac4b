import { evaluate } from '../../../../../domain/qualification/evaluation';
import { groupResult, shownState } from '../../../../../domain/qualification/group-result';
import { SHIPPED_PLUGINS } from '../../../../../domain/qualification/plugins/shipped';
import {
  candidatesOutside,
  inPeriodOrder,
  periodResults,
  type StudentResults,
} from '../../../../../domain/qualification/results';
import { loadRecorded } from './load';
import { assignmentOf, groupOf, RECORDED_AT, studentsOf, type RecordedRun, type Scenario } from './scenario';

const { scenarios } = loadRecorded<{ scenarios: Scenario[] }>('plugins');

interface Prepared {
  scenario: Scenario;
  assignments: ReturnType<typeof inPeriodOrder>;
  groups: ReturnType<typeof groupOf>[];
  students: StudentResults[];
}

const prepared = scenarios.map((scenario): Prepared => {
  const assignments = inPeriodOrder(scenario.assignments.map(assignmentOf));
  const groups = scenario.groups.map(groupOf);
  return { scenario, assignments, groups, students: periodResults(assignments, studentsOf(scenario), groups) };
});

function settingsOf({ plugin, settings }: RecordedRun): Record<string, unknown> {
  const { assignments, minimum_points: minimumPoints, students } = settings;
  if (plugin === 'select') return { students };
  return { ...(assignments && { assignments }), ...(minimumPoints !== undefined && { minimumPoints }) };
}

/** A run as the rules take it, with the ids they refused to take. */
function runOf({ assignments, students }: Prepared, run: RecordedRun): { refused: string[]; evaluation: unknown[] } {
  const plugin = SHIPPED_PLUGINS.find(({ id }) => id === run.plugin);
  if (plugin === undefined) throw new Error(`no plugin ${run.plugin}`);
  const scope = { assignments, studentIds: new Set(students.map(({ userId }) => userId)) };
  const first = plugin.configure(settingsOf(run), scope);
  const refused = 'faults' in first ? first.faults.map(({ code, value }) => `${code} ${value}`) : [];
  const left = run.settings.students?.filter((id) => scope.studentIds.has(id));
  const second = plugin.configure(left ? { students: left } : settingsOf(run), scope);
  if ('faults' in second) throw new Error(JSON.stringify(second.faults));
  return { refused, evaluation: [...evaluate(plugin, second.settings, { assignments, students }).decisions] };
}

interface Answer {
  userId: string;
  qualifies: boolean;
  reason: { params: Record<string, unknown> };
}

const runs = prepared.flatMap((one) => one.scenario.runs.map((run, index) => ({ one, run, index })));

describe('the recorded periods of plugins.json', () => {
  it('are there: 60 periods with 757 runs', () => {
    expect(scenarios).toHaveLength(60);
    expect(runs).toHaveLength(757);
  });

  it.each(prepared)('$scenario.id ($scenario.flavour): groups, best results and candidates are as recorded', (one) => {
    const { expected, groups: recorded } = one.scenario;
    expect(one.assignments.map(({ assignmentId }) => assignmentId)).toEqual(expected.assignment_order);
    const states = one.groups.map((group, index) => {
      const result = groupResult(group);
      return [recorded[index]?.key ?? '', [shownState(result, RECORDED_AT), result.points]] as const;
    });
    expect(Object.fromEntries(states)).toEqual(expected.group_status);
    const best = one.students.map(({ userId, results }) => {
      const cells = results.map(({ assignment, best: counts }) => [
        assignment.assignmentId,
        counts === null ? null : [counts.points, counts.passing],
      ]);
      return [userId, Object.fromEntries(cells) as unknown] as const;
    });
    expect(Object.fromEntries(best)).toEqual(expected.best);
    expect(candidatesOutside(studentsOf(one.scenario), one.groups)).toEqual({
      withFeedback: expected.ignored_with_results,
      withoutFeedback: expected.ignored_without_results,
    });
  });

  it.each(prepared)('$scenario.id: every run qualifies the recorded students by the recorded totals', (one) => {
    for (const run of one.scenario.runs) {
      const answers = runOf(one, run).evaluation as Answer[];
      const qualified = answers.filter(({ qualifies }) => qualifies).map(({ userId }) => userId);
      expect({ run, qualified: qualified.sort() }).toEqual({ run, qualified: run.expected.qualified });
      if (run.expected.totals === undefined) continue;
      const totals = Object.fromEntries(answers.map(({ userId, reason }) => [userId, reason.params['total']]));
      expect({ run, totals }).toEqual({ run, totals: run.expected.totals });
    }
  });

  it('differ in one thing only: 60 choices by hand name nobody or a mere candidate, who is refused and not ignored (D3)', () => {
    const refusing = runs.filter(({ one, run }) => runOf(one, run).refused.length > 0);
    expect(refusing).toHaveLength(60);
    for (const { one, run } of refusing) {
      const related = new Set(one.scenario.students.filter((student) => student.related).map(({ key }) => key));
      const strangers = (run.settings.students ?? []).filter((id) => !related.has(id));
      expect(runOf(one, run).refused).toEqual(strangers.map((id) => `unknown-student ${id}`));
    }
  });
});
