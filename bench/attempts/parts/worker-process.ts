import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { effectActivities } from '../../../activities/attempts/effects';
import { connectTemporal } from '../../../clients/temporal/attempts';
import { createMetricsRegistry } from '../../../config/metrics-registry';
import { readSettings } from '../../../config/settings';
import { connectDatabase } from '../../../db/core/connect';
import { buildPlatform } from '../../../worker/build-platform';
import { connectWorker } from '../../../worker/connection';
import { serveHealth } from '../../../worker/health';
import { bundleWorkflows, withoutStackTraces } from '../../../worker/workflow-bundle';
import { type OwnVariant, taskQueueOf } from '../plan';
import { decideOnly } from './decide-only';

/** Worker process of a variant, with the real worker's limits. */
async function main(variant: OwnVariant): Promise<void> {
  const settings = readSettings();
  const { temporalAddress: address, temporalNamespace: namespace } = settings;
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const knex = connectDatabase({ url: settings.databaseUrl, poolMax: settings.databasePoolMax, byIndex: true });
  const gateway = connectTemporal({ address, namespace });
  const dependencies = { ...settings, knex, gateway, platform: buildPlatform(settings) };
  const activities = { ...effectActivities(dependencies), ...decideOnly(dependencies) };
  const worker = await Worker.create({
    connection: await connectWorker(address),
    namespace,
    taskQueue: taskQueueOf(variant),
    workflowBundle: withoutStackTraces(await bundleWorkflows(require.resolve('./workflows'))),
    activities,
    maxCachedWorkflows: settings.maxCachedWorkflows,
    maxConcurrentWorkflowTaskExecutions: settings.maxConcurrentWorkflowTasks,
    maxConcurrentLocalActivityExecutions: settings.maxConcurrentLocalActivities,
  });
  const metrics = createMetricsRegistry();
  await serveHealth({ host: settings.host, port: settings.workerHealthPort, checks: {}, metrics });
  process.once('SIGTERM', () => process.exit(0));
  await worker.run();
}

void main(process.argv[2] as OwnVariant);
