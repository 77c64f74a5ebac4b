import { Counter, Gauge, type Registry } from 'prom-client';
import type { ExportDependencies, OutcomeCounter } from '../activities/exports/dependencies';
import type { DraftObserver } from '../activities/qualification/observed';
import { createMetricsRegistry } from '../config/metrics-registry';
import { addBacklogMetrics } from '../db/health/backlog-metrics';
import { addPoolMetrics } from '../db/health/pool-metrics';
import type { Outcome } from '../domain/exports/model';
import { createDraftMetrics } from './qualification-metrics';
import { createReconcileMetrics, type ReconcileMetrics } from './reconcile/metrics';
import { createRelayMetrics, type RelayMetrics } from './relay-metrics';
import type { SdkMetrics } from './sdk-metrics';

/** What a worker tells of itself: its own counts, what waits in the database, and the SDK's series. */
export interface WorkerMetrics {
  relay: RelayMetrics;
  reconcile: ReconcileMetrics;
  countOutcomes: OutcomeCounter;
  drafts: DraftObserver;
  readonly contentType: Registry['contentType'];
  /** All series as text; also while the database or the SDK does not answer. */
  metrics(): Promise<string>;
}

interface MeasuredParts {
  knex: ExportDependencies['knex'];
  exports: Pick<ExportDependencies, 'knex' | 'channels'>;
  qualification: Pick<ExportDependencies, 'knex'>;
}

/** @param parts the main connections, and those of the other halves of the worker. */
export function createWorkerMetrics(parts: MeasuredParts, readSdkMetrics: SdkMetrics): WorkerMetrics {
  const { knex, exports, qualification } = parts;
  const registry = createMetricsRegistry();
  addPoolMetrics(registry, { main: knex, exports: exports.knex, qualification: qualification.knex });
  addBacklogMetrics(registry, knex);
  new Gauge({
    name: 'invigil_channels_paused',
    help: 'Channels to which this worker sends nothing, as they asked for a pause',
    registers: [registry],
    collect() {
      this.set(exports.channels.countPaused());
    },
  });
  return {
    relay: createRelayMetrics(registry),
    reconcile: createReconcileMetrics(registry),
    countOutcomes: outcomeCounter(registry),
    drafts: createDraftMetrics(registry),
    contentType: registry.contentType,
    metrics: async () => (await Promise.all([registry.metrics(), readSdkMetrics()])).join(''),
  };
}

const OUTCOMES: readonly Outcome['kind'][] = ['sent', 'unchanged', 'skipped', 'failed', 'quarantined'];

function outcomeCounter(registry: Registry): OutcomeCounter {
  const records = new Counter({
    name: 'invigil_export_records_total',
    help: 'Outcomes this worker has written; those of dry runs apart',
    labelNames: ['outcome', 'dry_run'],
    registers: [registry],
  });
  for (const outcome of OUTCOMES) records.inc({ outcome, dry_run: 'false' }, 0);
  return (outcome, count, { dryRun }) => records.inc({ outcome, dry_run: String(dryRun) }, count);
}
