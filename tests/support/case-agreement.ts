import { isDeepStrictEqual } from 'node:util';
import type { GoldenCase } from '../golden/cases';
import type { CaseOutcome } from '../golden/outcome';
import { wantedDifference } from '../golden/wanted';

/** How a set of recorded cases compares: every difference that nobody wanted is listed. */
export interface Agreement {
  agree: number;
  wanted: Record<string, number>;
  defects: { case: GoldenCase; expected: CaseOutcome; observed: CaseOutcome }[];
}

/** Runs the cases; an agreeing case counts as agreeing even where a difference would have been accepted. */
export function compareCases(
  file: string,
  cases: GoldenCase[],
  expect: (one: GoldenCase) => CaseOutcome,
  run: (one: GoldenCase) => CaseOutcome,
): Agreement {
  const agreement: Agreement = { agree: 0, wanted: {}, defects: [] };
  for (const one of cases) {
    const [expected, observed] = [expect(one), run(one)];
    const number = wantedDifference(file, one);
    if (isDeepStrictEqual(expected, observed)) agreement.agree += 1;
    else if (number) agreement.wanted[number] = (agreement.wanted[number] ?? 0) + 1;
    else agreement.defects.push({ case: one, expected, observed });
  }
  return agreement;
}

/** No unwanted difference; and, unless a fresh recording is compared (GOLDEN_DIR), exactly as many cases as we know. */
export function expectCasesAgree(agreement: Agreement, agree: number, wanted: Record<string, number> = {}): void {
  expect(agreement.defects.slice(0, 3)).toEqual([]);
  if (process.env['GOLDEN_DIR']) return;
  expect({ agree: agreement.agree, wanted: agreement.wanted }).toEqual({ agree, wanted });
}
