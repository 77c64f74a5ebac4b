import '../config/node-version';
import { setFlagsFromString } from 'node:v8';
import { type NativeConnection, Worker } from '@temporalio/worker';
import pino, { type Logger } from 'pino';
import { buildActivities } from '../activities/build-activities';
import { publishActivities } from '../activities/courses/activities';
import { connectTemporal, type TemporalGateway } from '../clients/temporal/attempts';
import { redactSettings } from '../config/redact-settings';
import { readSettings, type Settings } from '../config/settings';
import { explainStartFailure } from '../config/start-failure';
import { ATTEMPTS_TASK_QUEUE, EXPORTS_TASK_QUEUE, QUALIFICATION_TASK_QUEUE } from '../contracts/task-queues';
import { connectDatabase } from '../db/core/connect';
import { ERROR_SERIALIZERS } from '../db/core/logged-error';
import { OfferedPlugins } from '../db/health/plugins-check';
import { unservedWarnings } from '../db/health/unserved';
import { buildPlatform } from './build-platform';
import { connectWorker } from './connection';
import { DraftKeeper } from './draft-keeper';
import { createExportWorker, createExportResources } from './export-worker';
import { serveHealth } from './health';
import { createWorkerMetrics } from './metrics';
import { createQualificationResources, createQualificationWorker } from './qualification-worker';
import { workerChecks } from './readiness';
import { Reconciler } from './reconcile/reconciler';
import { Relay } from './relay';
import type { RelayOptions } from './relay-options';
import { withSafeFailures } from './safe-failures';
import { installRuntime } from './sdk-metrics';
import { temporalLogger } from './temporal-logger';
import { withoutStackTraces, workflowBundle } from './workflow-bundle';

/**
 * Garbage is collected when the heap has grown by so many percent, instead of up to threefold: a long export needs no more
 * memory than a short one. Its cost is not measurable (docs/benchmarks.md).
 */
setFlagsFromString('--heap-growing-percent=50');

const TASK_QUEUES = [ATTEMPTS_TASK_QUEUE, EXPORTS_TASK_QUEUE, QUALIFICATION_TASK_QUEUE];

/** Composes and runs one worker process until SIGTERM or SIGINT; running activities get their grace time first. */
async function main(settings: Settings, log: Logger): Promise<void> {
  const sdkMetrics = await installRuntime({ logger: temporalLogger(log), shutdownSignals: [] });
  const knex = connectDatabase({ url: settings.databaseUrl, poolMax: settings.databasePoolMax, byIndex: true, log });
  const platform = buildPlatform(settings);
  const gateway = connectTemporal({ address: settings.temporalAddress, namespace: settings.temporalNamespace });
  const connection = await connectWorker(settings.temporalAddress);
  const dependencies = { knex, platform, gateway, ...settings };
  const activities = { ...buildActivities(dependencies), ...publishActivities(dependencies) };
  const exportResources = createExportResources(settings, { platform, log });
  const qualification = createQualificationResources(settings);
  const parts = { knex, exports: exportResources.dependencies, qualification: qualification.dependencies };
  const metrics = createWorkerMetrics(parts, sdkMetrics);
  const code = await workflowCode(settings);
  const worker = await createWorker(settings, connection, activities, code);
  const shared = { connection, namespace: settings.temporalNamespace, workflowBundle: code };
  const exportWorker = await createExportWorker({
    ...shared,
    dependencies: { ...exportResources.dependencies, countOutcomes: metrics.countOutcomes },
    slots: settings.exports.slots,
  });
  const qualificationWorker = await createQualificationWorker({
    ...shared,
    dependencies: { ...qualification.dependencies, observer: metrics.drafts },
    slots: settings.qualification.slots,
  });
  const named = { worker, exports: exportWorker, qualification: qualificationWorker };
  const workers = Object.values(named);
  const offered = new OfferedPlugins(knex, 'worker', qualification.dependencies.plugins);
  const kept = { knex, drafts: gateway.drafts, offered, log };
  const keeper = new DraftKeeper({ ...kept, ...settings.relay, ...settings.qualification });
  const relay = createRelay(settings, { knex, gateway, log, metrics: metrics.relay });
  const { timings, reconcileIntervalMs: intervalMs } = settings;
  const reconciler = new Reconciler({ knex, gateway, timings, log, metrics: metrics.reconcile, intervalMs });
  const health = await serveHealth({
    host: settings.host,
    port: settings.workerHealthPort,
    instance: settings.instance,
    checks: workerChecks({ knex, gateway, workers: named, offered }),
    warnings: async () => [...reconciler.warnings(), ...(await unservedWarnings(knex))],
    metrics,
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => workers.forEach(stop));
  relay.start();
  keeper.start();
  reconciler.start();
  log.info({ taskQueues: TASK_QUEUES, settings: redactSettings(settings) }, 'worker started');
  await Promise.all(workers.map((one) => one.run()));
  await Promise.all([relay.stop(), keeper.stop(), reconciler.stop()]);
  health.close();
  const open = [gateway, connection, exportResources, qualification, platform];
  await Promise.all([...open.map((one) => one.close()), knex.destroy()]);
  log.info('worker stopped');
}

function createRelay(
  { timings, relay, providers }: Settings,
  { gateway, ...rest }: Pick<RelayOptions, 'knex' | 'log' | 'metrics'> & { gateway: TemporalGateway },
): Relay {
  return new Relay({
    ...rest,
    gateway,
    publishing: gateway,
    timings,
    providers: providers.map(({ name }) => name),
    ...relay,
  });
}

async function workflowCode({ workflowStackTraces }: Settings): Promise<{ code: string }> {
  const code = await workflowBundle();
  return workflowStackTraces ? code : withoutStackTraces(code);
}

async function createWorker(
  settings: Settings,
  connection: NativeConnection,
  activities: object,
  workflowBundle: { code: string },
): Promise<Worker> {
  return Worker.create({
    connection,
    namespace: settings.temporalNamespace,
    taskQueue: ATTEMPTS_TASK_QUEUE,
    workflowBundle,
    activities: withSafeFailures(activities),
    maxCachedWorkflows: settings.maxCachedWorkflows,
    maxConcurrentWorkflowTaskExecutions: settings.maxConcurrentWorkflowTasks,
    maxConcurrentLocalActivityExecutions: settings.maxConcurrentLocalActivities,
    shutdownGraceTime: '10 seconds',
  });
}

function stop(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}

async function run(): Promise<void> {
  let log: Logger | undefined;
  try {
    const settings = readSettings();
    log = pino({ name: 'worker', level: settings.logLevel, serializers: ERROR_SERIALIZERS });
    await main(settings, log);
  } catch (error) {
    const explanation = explainStartFailure(error, 'WORKER_HEALTH_PORT');
    if (explanation !== undefined) console.error(explanation);
    else if (log) log.fatal({ err: error }, 'worker ended with an error');
    else console.error(error);
    process.exitCode = 1;
  }
}

void run().then(() => process.exit());
