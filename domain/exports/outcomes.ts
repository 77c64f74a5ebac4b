import type { Outcome } from './model';

/** How a run goes; from `completed` on it has ended. */
export const RUN_STATUSES = [
  ...(['queued', 'running', 'paused', 'completed', 'completed-with-errors', 'channel-stopped'] as const),
  ...(['failed', 'cancelled', 'skipped'] as const),
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

const SEVERITY: Record<Outcome['kind'], number> = { skipped: 0, unchanged: 1, sent: 2, failed: 3, quarantined: 4 };

/** The one outcome of an enrollment whose records were tried one after the other until one was taken. */
export function outcomeOfAlternatives(tried: readonly [Outcome, ...Outcome[]]): Outcome {
  return tried.reduce((kept, next) => (kept.kind === 'sent' || kept.kind === 'unchanged' ? kept : next));
}

/** The one outcome of an enrollment whose records all count: the one an operator must know of most. */
export function outcomeOfAll(results: readonly [Outcome, ...Outcome[]]): Outcome {
  return results.reduce((worst, result) => (SEVERITY[result.kind] > SEVERITY[worst.kind] ? result : worst));
}
