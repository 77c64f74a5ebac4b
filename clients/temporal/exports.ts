import { type Client, ScheduleNotFoundError, WithStartWorkflowOperation } from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';
import { ApiError } from '../../contracts/api-error';
import {
  againSignal,
  type ExportCommand,
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
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';
import { EXPORTS_TASK_QUEUE } from '../../contracts/task-queues';
import { failureOf } from './failures';
import { withRetry, updateIdOf } from './retry';
import { type ScheduledChannel, scheduleIdOf, scheduleOptions } from './schedules';

/** The API's calls to Temporal about learner exports. Every refusal arrives as an `ApiError`. */
export interface ExportGateway {
  /** Starts the run, or refuses: 409 `export-already-running` names the other. A second single one is queued. */
  start(target: ExportTarget, command: ExportCommand, pacing: ExportPacing): Promise<OpenedExport>;
  /** For events without a waiting caller: starts the single export, or repeats it after the running one. */
  startOrRepeat(target: ExportTarget, command: ExportCommand, pacing: ExportPacing): Promise<void>;
  /** @throws ApiError `export-ended` when no run goes on under this id. */
  pause(workflowId: string): Promise<void>;
  resume(workflowId: string): Promise<void>;
  cancel(workflowId: string): Promise<void>;
  /** Null when nothing goes on. */
  progress(workflowId: string): Promise<ExportProgress | null>;
  /** Creates, updates or deletes Temporal's Schedule as the channel's configuration says. */
  applySchedule(channel: ScheduledChannel, pacing: ExportPacing): Promise<void>;
}

/** On Temporal. */
export class TemporalExports implements ExportGateway {
  constructor(
    private readonly client: Client,
    private readonly deadlineMs: number,
  ) {}

  start(target: ExportTarget, command: ExportCommand, pacing: ExportPacing): Promise<OpenedExport> {
    const updateId = updateIdOf(command.commandId ?? 'open');
    return this.withRetry(() =>
      this.client.workflow.executeUpdateWithStart(openUpdate, {
        updateId,
        args: [command],
        startWorkflowOperation: new WithStartWorkflowOperation(LEARNER_EXPORT_WORKFLOW, {
          ...startOptions({ target, ask: command, pacing }),
          workflowIdConflictPolicy: 'USE_EXISTING',
        }),
      }),
    );
  }

  async startOrRepeat(target: ExportTarget, command: ExportCommand, pacing: ExportPacing): Promise<void> {
    const options = {
      ...startOptions({ target, ask: command, pacing }),
      signal: againSignal.name,
      signalArgs: [command] as unknown[],
    };
    await this.withRetry(() => this.client.workflow.signalWithStart(LEARNER_EXPORT_WORKFLOW, options));
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
    return this.withRetry(async () => {
      try {
        return await this.client.workflow.getHandle(workflowId).query(progressQuery);
      } catch (error) {
        if (failureOf(error).kind === 'closed') return null;
        throw error;
      }
    });
  }

  async applySchedule(channel: ScheduledChannel, pacing: ExportPacing): Promise<void> {
    const options = scheduleOptions(channel, pickPacing(pacing));
    await this.withRetry(async () => {
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
    return this.withRetry(async () => {
      try {
        await call();
      } catch (error) {
        if (failureOf(error).kind === 'closed') throw new RunEndedError();
        throw error;
      }
    }).catch((error: unknown) => {
      throw error instanceof RunEndedError ? new ApiError('export-ended') : error;
    });
  }

  private withRetry<T>(call: () => Promise<T>): Promise<T> {
    return withRetry(this.client, this.deadlineMs, call);
  }
}

/** Callers pass all their settings; Temporal gets what the workflow needs. */
export function pickPacing({ pageSize, pagesPerHistory }: ExportPacing): ExportPacing {
  return { pageSize, pagesPerHistory };
}

class RunEndedError extends Error {}

interface StartOptions {
  workflowId: string;
  taskQueue: string;
  args: [LearnerExportInput];
  workflowIdReusePolicy: 'ALLOW_DUPLICATE';
  typedSearchAttributes: SearchAttributePair[];
  staticSummary: string;
}

/** The summary names ids only: no personal data reaches Temporal. */
function startOptions({ target, ask: command, pacing }: LearnerExportInput): StartOptions {
  const { customerId, channelId, level, enrollmentId, dryRun } = target;
  const scope = enrollmentId === null ? 'everybody' : `enrollment ${enrollmentId}`;
  return {
    workflowId: learnerExportWorkflowId(target),
    taskQueue: EXPORTS_TASK_QUEUE,
    args: [{ target, ask: command, pacing: pickPacing(pacing) }],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    typedSearchAttributes: [
      { key: SEARCH_ATTRIBUTES.EnterpriseCustomerId, value: customerId },
      { key: SEARCH_ATTRIBUTES.ExportChannel, value: channelId },
    ],
    staticSummary: `${customerId} · ${channelId} · ${level} · ${scope}${dryRun ? ' · dry run' : ''}`,
  };
}
