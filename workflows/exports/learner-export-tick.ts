import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { executeChild, isCancellation, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import type { ExportActivities } from '../../contracts/exports/activities';
import {
  type ExportCommand,
  type ExportTarget,
  learnerExportWorkflowId,
  type LearnerExportTickInput,
} from '../../contracts/exports/messages';
import { SCHEDULED_START, SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';
import { EXPORTS_TASK_QUEUE } from '../../contracts/task-queues';
import { exportRowOptions } from '../activity-options';
import { learnerExport } from './learner-export';

const rows = proxyLocalActivities<Pick<ExportActivities, 'scheduledTargets' | 'noteSkipped'>>(exportRowOptions);

/**
 * One tick of a customer's schedule: exports each level, as of the scheduled time, under the id a request would use, and
 * waits, so that the schedule knows it is not done. What runs already is noted as skipped.
 */
export async function learnerExportTick(input: LearnerExportTickInput): Promise<void> {
  const scheduled = workflowInfo().typedSearchAttributes.get(SCHEDULED_START);
  const asOf = (scheduled ?? new Date()).toISOString();
  for (const target of await rows.scheduledTargets(input)) await runOne(input, target, asOf);
}

async function runOne({ pacing }: LearnerExportTickInput, target: ExportTarget, asOf: string): Promise<void> {
  const command: ExportCommand = {
    commandId: null,
    trigger: 'schedule',
    asOf,
    skipTransmitted: true,
    requestedBy: null,
    learnerId: null,
    courseRunId: null,
    subsectionId: null,
    grade: null,
    isPassing: null,
    completedDate: null,
  };
  const { customerId, channelId, level } = target;
  try {
    await executeChild(learnerExport, {
      workflowId: learnerExportWorkflowId(target),
      taskQueue: EXPORTS_TASK_QUEUE,
      args: [{ target, ask: command, pacing }],
      parentClosePolicy: 'ABANDON',
      staticSummary: `${customerId} · ${channelId} · ${level} · scheduled`,
      typedSearchAttributes: [
        { key: SEARCH_ATTRIBUTES.EnterpriseCustomerId, value: customerId },
        { key: SEARCH_ATTRIBUTES.ExportChannel, value: channelId },
      ],
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      await rows.noteSkipped({ target, ask: command, reason: 'already-running', nowMs: Date.now() });
    } else if (!isCancellation(error)) throw error;
  }
}
