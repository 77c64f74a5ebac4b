import { ScheduleNotFoundError, type WorkflowHandle } from '@temporalio/client';
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
import { type ScheduledChannel, scheduleIdOf, scheduleOptions } from './schedules';
import type { WorkflowCalls, WorkflowStart } from './workflow-calls';

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
  constructor(private readonly calls: WorkflowCalls) {}

  start(target: ExportTarget, command: ExportCommand, pacing: ExportPacing): Promise<OpenedExport> {
    const start = exportStart({ target, ask: command, pacing });
    return this.calls.updateWithStart(start, openUpdate, command, command.commandId ?? 'open');
  }

  startOrRepeat(target: ExportTarget, command: ExportCommand, pacing: ExportPacing): Promise<void> {
    return this.calls.signalWithStart(exportStart({ target, ask: command, pacing }), againSignal, [command]);
  }

  pause(workflowId: string): Promise<void> {
    return this.steer(workflowId, (handle) => handle.signal(pauseSignal));
  }

  resume(workflowId: string): Promise<void> {
    return this.steer(workflowId, (handle) => handle.signal(resumeSignal));
  }

  cancel(workflowId: string): Promise<void> {
    return this.steer(workflowId, (handle) => handle.cancel());
  }

  progress(workflowId: string): Promise<ExportProgress | null> {
    return this.calls.ifRunning(() => this.handle(workflowId).query(progressQuery));
  }

  async applySchedule(channel: ScheduledChannel, pacing: ExportPacing): Promise<void> {
    const options = scheduleOptions(channel, pickPacing(pacing));
    const { schedule } = this.calls.client;
    await this.calls.withRetry(async () => {
      const handle = schedule.getHandle(scheduleIdOf(channel));
      try {
        if (options === null) await handle.delete();
        else await handle.update((before) => ({ ...options, state: { ...before.state, ...options.state } }));
      } catch (error) {
        if (!(error instanceof ScheduleNotFoundError)) throw error;
        if (options !== null) await schedule.create(options);
      }
    });
  }

  private async steer(workflowId: string, send: (handle: WorkflowHandle) => Promise<unknown>): Promise<void> {
    const sent = await this.calls.ifRunning(async () => {
      await send(this.handle(workflowId));
      return true;
    });
    if (sent === null) throw new ApiError('export-ended');
  }

  private handle(workflowId: string): WorkflowHandle {
    return this.calls.client.workflow.getHandle(workflowId);
  }
}

/** Callers pass all their settings; Temporal gets what the workflow needs. */
function pickPacing({ pageSize, pagesPerHistory }: ExportPacing): ExportPacing {
  return { pageSize, pagesPerHistory };
}

function exportStart({ target, ask: command, pacing }: LearnerExportInput): WorkflowStart {
  const { customerId, channelId, level, enrollmentId, dryRun } = target;
  const scope = enrollmentId === null ? 'everybody' : `enrollment ${enrollmentId}`;
  const input: LearnerExportInput = { target, ask: command, pacing: pickPacing(pacing) };
  return {
    type: LEARNER_EXPORT_WORKFLOW,
    workflowId: learnerExportWorkflowId(target),
    taskQueue: EXPORTS_TASK_QUEUE,
    args: [input],
    typedSearchAttributes: [
      { key: SEARCH_ATTRIBUTES.EnterpriseCustomerId, value: customerId },
      { key: SEARCH_ATTRIBUTES.ExportChannel, value: channelId },
    ],
    staticSummary: `${customerId} · ${channelId} · ${level} · ${scope}${dryRun ? ' · dry run' : ''}`,
  };
}
