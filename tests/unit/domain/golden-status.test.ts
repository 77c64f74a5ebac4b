import type { GoldenCase } from '../../golden/cases';
import { loadGolden } from '../../golden/load';
import { compareCases, type Agreement } from './agreement';
import { observed, promised, runRemoval, runStatusChange } from './golden-world';

function agreementOn(name: string, families: (string | undefined)[], run: typeof runStatusChange): Agreement {
  const file = loadGolden(name);
  const cases = file.cases.filter((one) => families.includes(one.family));
  expect(cases.length).toBeGreaterThan(0);
  return compareCases(name, cases, promised, (one: GoldenCase) => observed(run(file, one)));
}

describe('the recorded status changes', () => {
  it.each([
    ['update', 1008],
    ['missing', 4],
    ['cascade', 300],
  ])('agree with the specification in family %s', (family, count) => {
    const { agree, defects } = agreementOn('seed_variants', [family], runStatusChange);
    expect(defects.slice(0, 3)).toEqual([]);
    expect(agree).toBe(count);
  });

  it.each([
    ['single', 2023, 90],
    ['attributed', 2, 0],
    ['missing', 2, 0],
    ['two_attempts', 430, 0],
    ['onboarding_clears', 39, 2],
  ])('agree with edx-proctoring 6.1.4 in family %s, unknown statuses apart', (family, count, unknown) => {
    const { agree, wanted, defects } = agreementOn('transitions', [family], runStatusChange);
    expect(defects.slice(0, 3)).toEqual([]);
    expect([agree, wanted['P12'] ?? 0]).toEqual([count, unknown]);
  });

  it('agree with edx-proctoring 6.1.4 in all cascades', () => {
    const { agree, defects } = agreementOn('cascades', [undefined], runStatusChange);
    expect(defects.slice(0, 3)).toEqual([]);
    expect(agree).toBe(251);
  });
});

describe('the recorded removals', () => {
  it('agree with the specification', () => {
    const { agree, defects } = agreementOn('seed_variants', ['remove'], runRemoval);
    expect(defects.slice(0, 3)).toEqual([]);
    expect(agree).toBe(39);
  });

  it('agree with edx-proctoring 6.1.4, whatever the provider answers', () => {
    const { agree, defects } = agreementOn('removals', ['api', 'missing'], runRemoval);
    expect(defects.slice(0, 3)).toEqual([]);
    expect(agree).toBe(199);
  });
});
