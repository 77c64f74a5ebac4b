import { wantedDifference, type WantedNumber } from '../golden/wanted';
import { NotRun, planCase } from './case-plan';
import type { House } from './house';
import { inLanes, type RunOptions } from './lanes';
import type { Recorded } from './recordings';
import { isAboutReviews } from './review-plan';
import { type Observed, promisedResults, runCase } from './run-case';
import { firstDifference } from './verdict';

/** What came of one case. `difference` without `wanted` is a disagreement. */
export interface CaseVerdict {
  recorded: Recorded;
  observed: Observed[];
  wanted?: WantedNumber;
  difference?: string;
}

/** Splits off what has no counterpart in the running system, with the reason. */
export function runnable(all: readonly Recorded[]): { cases: Recorded[]; notRun: Map<string, number> } {
  const notRun = new Map<string, number>();
  const cases = all.filter(({ file, fileName, one }) => {
    try {
      planCase(file, one);
      return true;
    } catch (error) {
      if (!(error instanceof NotRun)) throw error;
      const reason = `${fileName}: ${error.message}`;
      notRun.set(reason, (notRun.get(reason) ?? 0) + 1);
      return false;
    }
  });
  return { cases, notRun };
}

/** Runs the cases through the house. What a case could not do counts as its difference. */
export function runCases(
  house: House,
  cases: readonly Recorded[],
  options: RunOptions<CaseVerdict>,
): Promise<CaseVerdict[]> {
  return inLanes(cases, (recorded, order) => judged(house, recorded, `k${order + 1}`), options);
}

async function judged(house: House, recorded: Recorded, token: string): Promise<CaseVerdict> {
  const { file, fileName, one } = recorded;
  try {
    const observed = await runCase(house, file, one, token);
    const difference = firstDifference(promisedResults(file, one), observed);
    if (difference === undefined) return { recorded, observed };
    const wanted = wantedDifference(isAboutReviews(one) ? 'reviews' : fileName, one);
    return { recorded, observed, difference, ...(wanted ? { wanted } : {}) };
  } catch (error) {
    return { recorded, observed: [], difference: `could not be run: ${(error as Error).message}` };
  }
}
