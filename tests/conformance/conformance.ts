import { wantedDifference, type WantedNumber } from '../golden/wanted';
import { NotRun, planCase } from './case-plan';
import type { House } from './house';
import type { Recorded } from './recordings';
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

export interface RunOptions {
  /** Cases at a time. */
  parallel: number;
  /** Aborted: no further case is begun, those under way are finished. */
  signal?: AbortSignal;
  onVerdict?: (verdict: CaseVerdict) => void;
}

/** Runs the cases through the house. What a case could not do counts as its difference. */
export async function runCases(
  house: House,
  cases: readonly Recorded[],
  { parallel, signal, onVerdict }: RunOptions,
): Promise<CaseVerdict[]> {
  const verdicts: CaseVerdict[] = [];
  const waiting = cases.entries();
  const lane = async (): Promise<void> => {
    for (const [order, recorded] of waiting) {
      if (signal?.aborted) return;
      const verdict = await judged(house, recorded, `k${order + 1}`);
      verdicts[order] = verdict;
      onVerdict?.(verdict);
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  // Cases not begun have left holes.
  return verdicts.flat();
}

async function judged(house: House, recorded: Recorded, token: string): Promise<CaseVerdict> {
  const { file, fileName, one } = recorded;
  try {
    const observed = await runCase(house, file, one, token);
    const difference = firstDifference(promisedResults(file, one), observed);
    if (difference === undefined) return { recorded, observed };
    const wanted = wantedDifference(fileName, one);
    return { recorded, observed, difference, ...(wanted ? { wanted } : {}) };
  } catch (error) {
    return { recorded, observed: [], difference: `could not be run: ${(error as Error).message}` };
  }
}
