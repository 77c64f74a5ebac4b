import { Counter, type Registry } from 'prom-client';
import { type Disagreement, KINDS } from './compare';

/** Told by the reconciler of what came of its passes. */
export interface ReconcileMetrics {
  passed(result: 'ok' | 'failed'): void;
  mended(kind: Disagreement['kind']): void;
  left(kind: Disagreement['kind']): void;
}

/** Adds the reconciler's counters to a registry. */
export function createReconcileMetrics(registry: Registry): ReconcileMetrics {
  const registers = [registry];
  const passes = new Counter({
    name: 'invigil_reconcile_passes_total',
    help: 'Comparisons of some rows with their workflows',
    labelNames: ['result'],
    registers,
  });
  for (const result of ['ok', 'failed']) passes.inc({ result }, 0);
  const disagreements = new Counter({
    name: 'invigil_reconcile_disagreements_total',
    help: 'Disagreements of rows and workflows that were found, by what became of them',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  for (const kind of Object.keys(KINDS)) {
    for (const outcome of ['mended', 'left']) disagreements.inc({ kind, outcome }, 0);
  }
  return {
    passed: (result) => passes.inc({ result }),
    mended: (kind) => disagreements.inc({ kind, outcome: 'mended' }),
    left: (kind) => disagreements.inc({ kind, outcome: 'left' }),
  };
}
