import { attemptDisagreement, courseDisagreement, type Disagreement } from './compare';
import { repair } from './repair';
import { ATTEMPT_SOURCES, COURSE_SOURCES, type ReconcileContext } from './sources';

export interface ReconcileOptions extends ReconcileContext {
  dryRun: boolean;
  /** Attempts looked at at the same time. */
  concurrency: number;
  /** A disagreement, and its outcome. */
  report: (found: Disagreement, outcome: 'mended' | 'left' | Error) => void;
  progress: (line: string) => void;
}

export interface ReconcileTotals {
  checked: number;
  found: number;
  /** Disagreements that are still there. */
  left: number;
}

/** Several sources may lead to the same disagreement. */
type RunTotals = ReconcileTotals & { reported: Set<string> };

/** Compares both sides in both directions and repairs by the rule "the row decides". */
export async function reconcile(options: ReconcileOptions): Promise<ReconcileTotals> {
  const totals = { checked: 0, found: 0, left: 0, reported: new Set<string>() };
  for (const [what, source] of Object.entries(ATTEMPT_SOURCES)) {
    await checkAll(what, source(options), (key) => attemptDisagreement(options, key), options, totals);
  }
  for (const [what, source] of Object.entries(COURSE_SOURCES)) {
    await checkAll(what, source(options), (courseId) => courseDisagreement(options, courseId), options, totals);
  }
  const { checked, found, left } = totals;
  return { checked, found, left };
}

async function checkAll<T>(
  what: string,
  items: AsyncGenerator<T>,
  check: (item: T) => Promise<Disagreement | null>,
  options: ReconcileOptions,
  totals: RunTotals,
): Promise<void> {
  let checked = 0;
  const worker = async (): Promise<void> => {
    for (let next = await items.next(); !next.done; next = await items.next()) {
      const found = await check(next.value);
      checked += 1;
      if (checked % 500 === 0) options.progress(`${what}: ${checked} looked at`);
      if (found) await repairAndReport(found, options, totals);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  totals.checked += checked;
  options.progress(`${what}: ${checked} looked at, that was all`);
}

async function repairAndReport(found: Disagreement, options: ReconcileOptions, totals: RunTotals): Promise<void> {
  if (totals.reported.has(found.workflowId)) return;
  totals.reported.add(found.workflowId);
  totals.found += 1;
  try {
    if (options.dryRun) totals.left += 1;
    else await repair(options, found);
    options.report(found, options.dryRun ? 'left' : 'mended');
  } catch (error) {
    totals.left += 1;
    options.report(found, error as Error);
  }
}
