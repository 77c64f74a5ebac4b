import type { GoldenCase } from '../../../golden/cases';
import { loadGolden } from '../../../golden/load';
import { compareCases, expectCasesAgree, type Agreement } from '../../../support/case-agreement';
import { observed, expectedResult, runRemoval, runStatusChange } from './golden-runs';

function agreementOn(name: string, families: (string | undefined)[], run: typeof runStatusChange): Agreement {
  const file = loadGolden(name);
  const cases = file.cases.filter((one) => families.includes(one.family));
  expect(cases.length).toBeGreaterThan(0);
  return compareCases(name, cases, expectedResult, (one: GoldenCase) => observed(run(file, one)));
}

describe('the recorded status changes', () => {
  it.each([
    ['update', 1008],
    ['missing', 4],
    ['cascade', 300],
  ])('agree with the specification in family %s', (family, count) => {
    expectCasesAgree(agreementOn('seed_variants', [family], runStatusChange), count);
  });

  it.each([
    ['single', 2023, { P12: 90 }],
    ['attributed', 2, {}],
    ['missing', 2, {}],
    ['two_attempts', 430, {}],
    ['onboarding_clears', 39, { P12: 2 }],
  ])('agree with edx-proctoring 6.1.4 in family %s, unknown statuses apart', (family, count, wanted) => {
    expectCasesAgree(agreementOn('transitions', [family], runStatusChange), count, wanted);
  });

  it('agree with edx-proctoring 6.1.4 in all cascades', () => {
    expectCasesAgree(agreementOn('cascades', [undefined], runStatusChange), 251);
  });
});

describe('the recorded removals', () => {
  it('agree with the specification', () => {
    expectCasesAgree(agreementOn('seed_variants', ['remove'], runRemoval), 39);
  });

  it('agree with edx-proctoring 6.1.4, whatever the provider answers', () => {
    expectCasesAgree(agreementOn('removals', ['api', 'missing', 'with_review'], runRemoval), 202);
  });
});
