import type { Simulated } from '../../../golden/attempt-simulator';
import type { GoldenCase, GoldenFile } from '../../../golden/cases';
import { singleAttempt } from '../../../golden/initial';
import { loadGolden } from '../../../golden/load';
import { expectedOutcome } from '../../../golden/outcome';
import { compareCases, expectCasesAgree, type Agreement } from '../../../support/case-agreement';
import {
  observed,
  expectedResult,
  runAction,
  runCreation,
  runMarkReady,
  runReset,
  runStart,
  simulate,
} from './golden-runs';

type Run = (file: GoldenFile, one: GoldenCase) => Simulated;

function agreementOn(name: string, wanted: (one: GoldenCase) => boolean, run: Run): Agreement {
  const file = loadGolden(name);
  const cases = file.cases.filter(wanted);
  expect(cases.length).toBeGreaterThan(0);
  return compareCases(name, cases, expectedResult, (one) => observed(run(file, one)));
}

const family =
  (name: string) =>
  (one: GoldenCase): boolean =>
    one.family === name;

describe('the recorded actions', () => {
  it('agree for every status, but that no learner overturns a verdict (P1)', () => {
    expectCasesAgree(agreementOn('actions', family('action'), runAction), 492, { P1: 140 });
  });

  it('agree where a practice exam is started over, but that a failed restart changes nothing (P3)', () => {
    expectCasesAgree(agreementOn('removals', family('reset_practice'), runReset), 85, { P3: 6 });
  });

  it('agree where staff makes an attempt ready to resume', () => {
    const byStaff = (one: GoldenCase): boolean => one.family === 'mark_ready_to_resume' && one.user === 'staff';
    expectCasesAgree(agreementOn('timing', byStaff, runMarkReady), 20);
  });
});

describe('the recorded creations', () => {
  it.each([
    ['second_attempt', 240, {}],
    ['create_around_due', 96, {}],
    ['register_fails', 81, { P3: 15 }],
  ])('agree in family %s, but that a failed one writes nothing', (name, count, accepted) => {
    expectCasesAgree(agreementOn('timing', family(name), runCreation), count, accepted);
  });

  it('agree about the minutes allowed at the start', () => {
    expectCasesAgree(agreementOn('timing', family('allowed_minutes'), runStart), 120);
  });
});

describe('a removal asked for twice', () => {
  it('removes once and finds nothing the second time, as recorded', () => {
    const file = loadGolden('removals');
    const twice = file.cases.find(family('twice'));
    const simulator = simulate(file, twice ?? { ok: true }, singleAttempt(file, twice ?? { ok: true }, 'submitted'));
    for (const step of twice?.steps ?? []) {
      const result = simulator.run(1, 'a1', () => ({
        type: 'remove',
        requestedBy: 'staff',
        requireProviderRemoval: true,
      }));
      expect(observed(result)).toEqual(expectedOutcome(step));
    }
    expect(twice?.steps).toHaveLength(2);
  });
});

describe('the recorded time-outs', () => {
  it('happen strictly after the limit, with the limit as the instant of completion', () => {
    const file = loadGolden('timing');
    const polls = file.cases.filter(family('poll_late'));
    const run = (one: GoldenCase): Simulated => {
      const initial = singleAttempt(file, { ...one, kind: 'proctored' }, one.status ?? '');
      const startedAt = new Date(new Date(file.now).getTime() - 3 * 3_600_000);
      initial.attempts = initial.attempts.map((attempt) => ({ ...attempt, startedAt, allowedTimeLimitMins: 60 }));
      return simulate(file, one, initial).run(1, 'a1', () => ({ type: 'timeOut' }));
    };
    expectCasesAgree(
      compareCases('timing', polls, expectedResult, (one) => observed(run(one))),
      20,
    );
  });
});
