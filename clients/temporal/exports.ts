import { type Client, ScheduleNotFoundError, WithStartWorkflowOperation } from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';
import {
  againSignal,
  type ExportAsk,
  type ExportPacing,
  type ExportProgress,
  type ExportTarget,
  LEARNER_EXPORT_WORKFLOW,
  type LearnerExportInput,
  learnerExportWorkflowId,
  type OpenedExport,
  openUpdate,
  pauseSignal,
  progressQuery,
  resumeSignal,
} from '../../contracts/exports/messages';
import { Refusal } from '../../contracts/refusal';
import { SEARCH } from '../../contracts/search-attributes';
import { EXPORTS_TASK_QUEUE } from '../../contracts/task-queues';
import { type ScheduleOfChannel, scheduleIdOf, scheduleOptions } from './schedules';
import { persist, updateIdOf } from './retry';
import { failureOf } from './failures';

/** What the API asks of Temporal about learner exports. Every refusal arrives as a `Refusal`. */
export interface ExportGateway {
  /** Starts the run, or finds who is in the way: 409 `export-already-running` names it. A second single one follows. */
  start(target: ExportTarget, ask: ExportAsk, pacing: ExportPacing): Promise<OpenedExport>;
  /** An event nobody waits for: starts the single export, or has it run once more. */
  again(target: ExportTarget, ask: ExportAsk, pacing: ExportPacing): Promise<void>;
  /** @throws Refusal `export-ended` when no run goes on under this id. */
  pause(workflowId: string): Promise<void>;
  resume(workflowId: string): Promise<void>;
  cancel(workflowId: string): Promise<void>;
  /** Null when nothing goes on. */
  progress(workflowId: string): Promise<ExportProgress | null>;
  /** Makes Temporal's Schedule what the channel's configuration says, or takes it away. */
  applySchedule(channel: ScheduleOfChannel, pacing: ExportPacing): Promise<void>;
}

/** The real one. */
export class TemporalExports implements ExportGateway {
  constructor(
    private readonly client: Client,
    private readonly deadlineMs: number,
  ) {}

  start(target: ExportTarget, ask: ExportAsk, pacing: ExportPacing): Promise<OpenedExport> {
    const updateId = updateIdOf(ask.commandId ?? 'open');
    return this.persist(() =>
      this.client.workflow.executeUpdateWithStart(openUpdate, {
        updateId,
        args: [ask],
        startWorkflowOperation: new WithStartWorkflowOperation(LEARNER_EXPORT_WORKFLOW, {
          ...startOptions({ target, ask, pacing }),
          workflowIdConflictPolicy: 'USE_EXISTING',
        }),
      }),
    );
  }

  async again(target: ExportTarget, ask: ExportAsk, pacing: ExportPacing): Promise<void> {
    const options = {
      ...startOptions({ target, ask, pacing }),
      signal: againSignal.name,
      signalArgs: [ask] as unknown[],
    };
    await this.persist(() => this.client.workflow.signalWithStart(LEARNER_EXPORT_WORKFLOW, options));
  }

  pause(workflowId: string): Promise<void> {
    return this.whileRunning(() => this.client.workflow.getHandle(workflowId).signal(pauseSignal));
  }

  resume(workflowId: string): Promise<void> {
    return this.whileRunning(() => this.client.workflow.getHandle(workflowId).signal(resumeSignal));
  }

  cancel(workflowId: string): Promise<void> {
    return this.whileRunning(async () => void (await this.client.workflow.getHandle(workflowId).cancel()));
  }

  async progress(workflowId: string): Promise<ExportProgress | null> {
    return this.persist(async () => {
      try {
        return await this.client.workflow.getHandle(workflowId).query(progressQuery);
      } catch (error) {
        if (failureOf(error).kind === 'closed') return null;
        throw error;
      }
    });
  }

  async applySchedule(channel: ScheduleOfChannel, pacing: ExportPacing): Promise<void> {
    const options = scheduleOptions(channel, onlyPacing(pacing));
    await this.persist(async () => {
      const handle = this.client.schedule.getHandle(scheduleIdOf(channel));
      try {
        if (options === null) await handle.delete();
        else await handle.update((before) => ({ ...options, state: { ...before.state, ...options.state } }));
      } catch (error) {
        if (!(error instanceof ScheduleNotFoundError)) throw error;
        if (options !== null) await this.client.schedule.create(options);
      }
    });
  }

  private whileRunning(call: () => Promise<void>): Promise<void> {
    return this.persist(async () => {
      try {
        await call();
      } catch (error) {
        if (failureOf(error).kind === 'closed') throw new Ended();
        throw error;
      }
    }).catch((error: unknown) => {
      throw error instanceof Ended ? new Refusal('export-ended') : error;
    });
  }

  private persist<T>(call: () => Promise<T>): Promise<T> {
    return persist(this.client, this.deadlineMs, call);
  }
}

/** Callers hand over all their settings; Temporal is told what the workflow needs. */
export function onlyPacing({ pageSize, pagesPerHistory }: ExportPacing): ExportPacing {
  return { pageSize, pagesPerHistory };
}

class Ended extends Error {}

interface StartOptions {
  workflowId: string;
  taskQueue: string;
  args: [LearnerExportInput];
  workflowIdReusePolicy: 'ALLOW_DUPLICATE';
  typedSearchAttributes: SearchAttributePair[];
  staticSummary: string;
}

/** The summary names ids only: no personal data reaches Temporal. */
function startOptions({ target, ask, pacing }: LearnerExportInput): StartOptions {
  const { customerId, channelId, level, enrollmentId, dryRun } = target;
  const whose = enrollmentId === null ? 'everybody' : `enrollment ${enrollmentId}`;
  return {
    workflowId: learnerExportWorkflowId(target),
    taskQueue: EXPORTS_TASK_QUEUE,
    args: [{ target, ask, pacing: onlyPacing(pacing) }],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    typedSearchAttributes: [
      { key: SEARCH.EnterpriseCustomerId, value: customerId },
      { key: SEARCH.ExportChannel, value: channelId },
    ],
    staticSummary: `${customerId} · ${channelId} · ${level} · ${whose}${dryRun ? ' · dry run' : ''}`,
  };
}
