import type { Worker } from '@temporalio/worker';
import type { Knex } from 'knex';
import type { TemporalGateway } from '../clients/temporal/attempts';
import { NotReadyError, type ReadinessCheck } from '../config/readiness';
import { checkDatabase, checkMigrations } from '../db/health/checks';
import type { OfferedPlugins } from '../db/health/plugins-check';

export interface WorkerParts {
  knex: Knex;
  gateway: Pick<TemporalGateway, 'readiness'>;
  /** By the name of the check. */
  workers: Record<string, Pick<Worker, 'getStatus' | 'options'>>;
  offered: OfferedPlugins;
}

/** What a worker needs for its work: the API's checks, and that it polls each of its task queues. */
export function workerChecks({ knex, gateway, workers, offered }: WorkerParts): Record<string, ReadinessCheck> {
  return {
    ...Object.fromEntries(
      Object.entries(workers).map(([name, worker]) => [name, async (): Promise<void> => checkPolling(worker)]),
    ),
    database: () => checkDatabase(knex),
    migrations: () => checkMigrations(knex),
    temporal: () => gateway.readiness.ping(),
    searchAttributes: () => gateway.readiness.checkSearchAttributes(),
    plugins: () => offered.check(),
  };
}

function checkPolling(worker: Pick<Worker, 'getStatus' | 'options'>): void {
  const { runState, workflowPollerState, activityPollerState } = worker.getStatus();
  const polls = runState === 'RUNNING' && workflowPollerState === 'POLLING' && activityPollerState === 'POLLING';
  if (!polls) throw new NotReadyError(`The task queue ${worker.options.taskQueue} is not polled (${runState}).`);
}
