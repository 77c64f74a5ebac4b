import { wantedDifference, type WantedNumber } from '../golden/wanted';
import { NotRun, planCase } from './case-plan';
import { firstDifference } from './comparison';
import type { ConformanceStack } from './conformance-stack';
import { inPool, type RunOptions } from './pool';
import type { Recorded } from './recordings';
import { isAboutReviews } from './review-plan';
import { type Observed, expectedResults, runCase } from './run-case';

/** What came of one case. `difference` without `wanted` is a disagreement. */
export interface CaseResult {
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

/** Runs the cases against the stack. A case that could not be run counts as different. */
export function runCases(
  stack: ConformanceStack,
  cases: readonly Recorded[],
  options: RunOptions<CaseResult>,
): Promise<CaseResult[]> {
  return inPool(cases, (recorded, order) => compareCase(stack, recorded, `k${order + 1}`), options);
}

async function compareCase(stack: ConformanceStack, recorded: Recorded, token: string): Promise<CaseResult> {
  const { file, fileName, one } = recorded;
  try {
    const observed = await runCase(stack, file, one, token);
    const difference = firstDifference(expectedResults(file, one), observed);
    if (difference === undefined) return { recorded, observed };
    const wanted = wantedDifference(isAboutReviews(one) ? 'reviews' : fileName, one);
    return { recorded, observed, difference, ...(wanted ? { wanted } : {}) };
  } catch (error) {
    return { recorded, observed: [], difference: `could not be run: ${(error as Error).message}` };
  }
}
