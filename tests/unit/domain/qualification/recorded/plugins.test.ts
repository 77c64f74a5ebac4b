import { loadRecorded } from '../../../../golden/qualification/load-recorded';
import type { Scenario } from '../../../../golden/qualification/scenario';
import {
  periodByRules,
  recordedPeriod,
  recordedRun,
  runByRules,
} from '../../../../golden/qualification/scenario-rules';

const { scenarios } = loadRecorded<{ scenarios: Scenario[] }>('plugins');

const runs = scenarios.flatMap((scenario) => scenario.runs.map((run) => ({ scenario, run })));

describe('the recorded periods of plugins.json', () => {
  it('are there: 60 periods with 757 runs', () => {
    expect(scenarios).toHaveLength(60);
    expect(runs).toHaveLength(757);
  });

  it.each(scenarios)('$id ($flavour): groups, best results and candidates are as recorded', (scenario) => {
    expect(periodByRules(scenario)).toEqual(recordedPeriod(scenario));
  });

  it.each(scenarios)('$id: every run qualifies the recorded students by the recorded totals', (scenario) => {
    for (const run of scenario.runs) {
      expect({ run, seen: runByRules(scenario, run) }).toEqual({ run, seen: recordedRun(scenario, run) });
    }
  });

  it('differ in one thing only: 60 choices by hand name nobody or a mere candidate, who is refused and not ignored (D3)', () => {
    const refusing = runs.filter(({ scenario, run }) => runByRules(scenario, run).refused.length > 0);
    expect(refusing).toHaveLength(60);
    expect(new Set(refusing.map(({ run }) => run.plugin))).toEqual(new Set(['select']));
  });
});
