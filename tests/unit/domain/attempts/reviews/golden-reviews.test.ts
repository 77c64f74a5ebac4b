import { isDeepStrictEqual } from 'node:util';
import type { GoldenCase, GoldenFile } from '../../../../golden/cases';
import { loadGolden } from '../../../../golden/load';
import { type WantedNumber, wantedDifference } from '../../../../golden/wanted';
import { expectedSteps, type ReviewOutcome, runReady, runReviewCase } from './golden-review-runs';

interface Tally {
  agree: number;
  wanted: Partial<Record<WantedNumber, number>>;
  defects: { case: GoldenCase; expected: ReviewOutcome[]; observed: ReviewOutcome[] }[];
}

function compare(name: string, family: string, run = runReviewCase): Tally {
  const file: GoldenFile = loadGolden(name);
  const tally: Tally = { agree: 0, wanted: {}, defects: [] };
  for (const one of file.cases.filter((candidate) => candidate.family === family)) {
    const [expected, observed] = [expectedSteps(one), run(file, one)];
    const number = wantedDifference(name, one);
    if (isDeepStrictEqual(expected, observed)) tally.agree += 1;
    else if (number) tally.wanted[number] = (tally.wanted[number] ?? 0) + 1;
    else tally.defects.push({ case: one, expected, observed });
  }
  return tally;
}

function expectTally({ defects, agree, wanted }: Tally, count: number, differences: Tally['wanted']): void {
  expect(defects.slice(0, 2)).toEqual([]);
  if (process.env['GOLDEN_DIR']) return;
  expect({ agree, wanted }).toEqual({ agree: count, wanted: differences });
}

describe('the recorded reviews', () => {
  it.each([
    ['psi_status', 160, {}],
    ['rest_status', 152, {}],
    ['psi_never_submitted', 14, {}],
    ['psi_timed_out_history', 2, {}],
    ['psi_full', 4, {}],
    ['rest_full', 2, {}],
    ['psi_no_second_review', 8, {}],
    ['rest_no_second_review', 8, {}],
    ['psi_reviewed_by', 17, { P4: 3 }],
    ['rest_reviewed_by', 24, {}],
    ['psi_prepared', 17, { P15: 1, P16: 2 }],
    ['rest_prepared', 12, {}],
    ['psi_external_id', 24, {}],
    ['rest_external_id', 2, {}],
    ['psi_attempt_code', 4, {}],
    ['psi_bad_status', 6, {}],
    ['rest_bad_status', 5, {}],
    ['psi_missing_field', 8, {}],
    ['rest_missing_field', 2, { P3: 2 }],
    ['psi_two_faults', 4, {}],
    ['rest_permission', 5, {}],
    ['psi_duplicate', 32, {}],
    ['rest_duplicate', 32, {}],
    ['staff_changes_review', 64, {}],
  ])('agree with edx-proctoring 6.1.4 in family %s', (family, count, wanted) => {
    expectTally(compare('reviews', family), count, wanted);
  });

  it('agree with the specification, but that the same verdict again repeats nothing (P13)', () => {
    expectTally(compare('seed_variants', 'review'), 89, { P13: 4 });
  });
});

describe('the recorded readiness callbacks', () => {
  it.each([
    ['psi_start_exam', 73, { P5: 8 }],
    ['rest_ready', 59, {}],
  ])('agree in family %s, but that nothing in progress is handed in (P5)', (family, count, wanted) => {
    expectTally(compare('reviews', family, runReady), count, wanted);
  });
});

it('covers every recorded family of reviews.json', () => {
  const families = new Set(loadGolden('reviews').cases.map(({ family }) => family));
  expect(families.size).toBe(26);
});
