import { attemptDisagreement, courseDisagreement, type Disagreement } from './compare';
import { mend } from './mend';
import { ATTEMPT_SOURCES, COURSE_SOURCES, type Sides } from './sources';

export interface ReconcileOptions extends Sides {
  dryRun: boolean;
  /** Attempts looked at at the same time. */
  concurrency: number;
  /** A disagreement, and what became of it. */
  report: (found: Disagreement, outcome: 'mended' | 'left' | Error) => void;
  progress: (line: string) => void;
}

export interface Reconciled {
  looked: number;
  found: number;
  /** Disagreements that are still there. */
  left: number;
}

/** Several sources may lead to the same disagreement. */
type Totals = Reconciled & { reported: Set<string> };

/** Compares both sides in both directions and mends by the rule "the row decides". */
export async function reconcile(options: ReconcileOptions): Promise<Reconciled> {
  const totals = { looked: 0, found: 0, left: 0, reported: new Set<string>() };
  for (const [what, source] of Object.entries(ATTEMPT_SOURCES)) {
    await pass(what, source(options), (key) => attemptDisagreement(options, key), options, totals);
  }
  for (const [what, source] of Object.entries(COURSE_SOURCES)) {
    await pass(what, source(options), (courseId) => courseDisagreement(options, courseId), options, totals);
  }
  const { looked, found, left } = totals;
  return { looked, found, left };
}

async function pass<T>(
  what: string,
  items: AsyncGenerator<T>,
  look: (item: T) => Promise<Disagreement | null>,
  options: ReconcileOptions,
  totals: Totals,
): Promise<void> {
  let looked = 0;
  const lane = async (): Promise<void> => {
    for (let next = await items.next(); !next.done; next = await items.next()) {
      const found = await look(next.value);
      looked += 1;
      if (looked % 500 === 0) options.progress(`${what}: ${looked} looked at`);
      if (found) await settle(found, options, totals);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, lane));
  totals.looked += looked;
  options.progress(`${what}: ${looked} looked at, that was all`);
}

async function settle(found: Disagreement, options: ReconcileOptions, totals: Totals): Promise<void> {
  if (totals.reported.has(found.workflowId)) return;
  totals.reported.add(found.workflowId);
  totals.found += 1;
  try {
    if (options.dryRun) totals.left += 1;
    else await mend(options, found);
    options.report(found, options.dryRun ? 'left' : 'mended');
  } catch (error) {
    totals.left += 1;
    options.report(found, error as Error);
  }
}
