import { heartbeat } from '@temporalio/activity';
import { type NativeConnection, Worker } from '@temporalio/worker';
import { draftActivities } from '../activities/qualification/activities';
import type { DraftDependencies } from '../activities/qualification/dependencies';
import { loadQualificationPlugins } from '../config/qualification-plugins';
import type { Settings } from '../config/settings';
import { QUALIFICATION_TASK_QUEUE } from '../contracts/task-queues';
import { connectDatabase } from '../db/core/connect';
import { withSafeFailures } from './safe-failures';

export interface QualificationResources {
  dependencies: DraftDependencies;
  close(): Promise<void>;
}

/** What drafts depend on, with connections of their own: a preview holds one as long as it takes. */
export function createQualificationResources({ databaseUrl, qualification }: Settings): QualificationResources {
  const knex = connectDatabase({ url: databaseUrl, poolMax: qualification.databasePoolMax, byIndex: true });
  const plugins = loadQualificationPlugins(qualification);
  return {
    dependencies: { knex, plugins, limits: qualification, now: () => new Date(), heartbeat: () => heartbeat() },
    close: async () => {
      await knex.destroy();
    },
  };
}

/** The worker of the task queue of drafts. */
export function createQualificationWorker(options: {
  connection: NativeConnection;
  namespace: string;
  workflowBundle: { code: string };
  dependencies: DraftDependencies;
  slots: number;
}): Promise<Worker> {
  const { connection, namespace, workflowBundle, dependencies, slots } = options;
  return Worker.create({
    connection,
    namespace,
    workflowBundle,
    taskQueue: QUALIFICATION_TASK_QUEUE,
    activities: withSafeFailures(draftActivities(dependencies)),
    maxConcurrentActivityTaskExecutions: slots,
    maxConcurrentWorkflowTaskExecutions: 10,
    maxCachedWorkflows: 200,
    shutdownGraceTime: '5 seconds',
  });
}
