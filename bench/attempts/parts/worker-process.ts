import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { effectActivities } from '../../../activities/effects';
import { buildPlatform } from '../../../clients/build-platform';
import { connectTemporal } from '../../../clients/temporal';
import { readSettings } from '../../../config/settings';
import { connectDatabase } from '../../../db/connect';
import { withoutStackTraces } from '../../../worker/bundle';
import { serveHealth } from '../../../worker/health';
import { type OwnVariant, taskQueueOf } from '../plan';
import { decideOnly } from './decide-only';

/** Worker process of a variant, with the real worker's limits. */
async function main(variant: OwnVariant): Promise<void> {
  const settings = readSettings();
  const { temporalAddress: address, temporalNamespace: namespace } = settings;
  const logger = new DefaultLogger('WARN');
  Runtime.install({ logger });
  const knex = connectDatabase({ url: settings.databaseUrl, poolMax: settings.databasePoolMax, byIndex: true });
  const gateway = connectTemporal({ address, namespace });
  const dependencies = { ...settings, knex, gateway, platform: buildPlatform(settings) };
  const activities = { ...effectActivities(dependencies), ...decideOnly(dependencies) };
  const workflowsPath = require.resolve('./workflows');
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    namespace,
    taskQueue: taskQueueOf(variant),
    workflowBundle: withoutStackTraces(
      await bundleWorkflowCode({ workflowsPath, preloadModules: [workflowsPath], logger }),
    ),
    activities,
    maxCachedWorkflows: settings.maxCachedWorkflows,
    maxConcurrentWorkflowTaskExecutions: settings.maxConcurrentWorkflowTasks,
    maxConcurrentLocalActivityExecutions: settings.maxConcurrentLocalActivities,
  });
  await serveHealth({ host: settings.host, port: settings.workerHealthPort, checks: {} });
  process.once('SIGTERM', () => process.exit(0));
  await worker.run();
}

void main(process.argv[2] as OwnVariant);
