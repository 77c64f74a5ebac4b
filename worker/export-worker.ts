import { type NativeConnection, Worker } from '@temporalio/worker';
import type { Knex } from 'knex';
import { exportActivities } from '../activities/exports/activities';
import { ChannelPool } from '../activities/exports/channel-pool';
import type { ExportDependencies } from '../activities/exports/dependencies';
import { FairLimiter } from '../activities/exports/fair-limiter';
import { guardedNetwork } from '../clients/http/address-guard';
import type { Platform } from '../clients/platform/services';
import type { Settings } from '../config/settings';
import { EXPORTS_TASK_QUEUE } from '../contracts/task-queues';
import { connectDatabase, type DatabaseLog } from '../db/core/connect';
import { withSafeFailures } from './safe-failures';

/** The longest delay before a page learns that it must stop. */
const HEARTBEAT_EVERY = '1 second';

export interface ExportResources {
  dependencies: ExportDependencies;
  close(): Promise<void>;
}

/** What the exports' activities depend on, with their own connections unless some are given. The caller closes it. */
export function createExportResources(
  settings: Settings,
  given: { knex?: Knex; platform: Platform; log?: DatabaseLog },
): ExportResources {
  const { platform, log } = given;
  const pool = { url: settings.databaseUrl, poolMax: settings.exports.databasePoolMax };
  const knex = given.knex ?? connectDatabase({ ...pool, ...(log ? { log } : {}) });
  const { exports: limits, credentialKeys: keys, services } = settings;
  const network = guardedNetwork({ allowPrivate: settings.allowPrivateChannels });
  const { csvFolder } = limits;
  const limiter = (): FairLimiter => new FairLimiter(limits.lookupConcurrency);
  return {
    dependencies: {
      knex,
      platform,
      limits,
      credentialKeys: keys,
      channels: new ChannelPool({ knex, network, keys, csvFolder, timeoutMs: services.timeoutMs }),
      limiters: { grades: limiter(), certificates: limiter(), courses: limiter() },
    },
    close: async () => {
      await network.dispatcher.close();
      if (!given.knex) await knex.destroy();
    },
  };
}

/** The worker of the exports' own task queue: as many pages at once as there are slots, one page per run. */
export function createExportWorker(options: {
  connection: NativeConnection;
  namespace: string;
  workflowBundle: { code: string };
  dependencies: ExportDependencies;
  slots: number;
}): Promise<Worker> {
  const { connection, namespace, workflowBundle, dependencies, slots } = options;
  return Worker.create({
    connection,
    namespace,
    workflowBundle,
    taskQueue: EXPORTS_TASK_QUEUE,
    activities: withSafeFailures(exportActivities(dependencies)),
    maxConcurrentActivityTaskExecutions: slots,
    maxConcurrentWorkflowTaskExecutions: 10,
    maxCachedWorkflows: 100,
    maxHeartbeatThrottleInterval: HEARTBEAT_EVERY,
    shutdownGraceTime: '5 seconds',
  });
}
