import type { ScheduleOptions, ScheduleOptionsStartWorkflowAction } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import {
  type ExportPacing,
  LEARNER_EXPORT_TICK_WORKFLOW,
  type LearnerExportTickInput,
} from '../../contracts/exports/messages';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';
import { EXPORTS_TASK_QUEUE } from '../../contracts/task-queues';
import type { ExportLevel } from '../../domain/exports/model';

/** Of a channel's configuration, what its Schedule is made from. */
export interface ScheduledChannel {
  customerId: string;
  channelId: string;
  disabled: boolean;
  schedule: { cron: string; timeZone: string; jitterSeconds: number; paused: boolean; levels: ExportLevel[] } | null;
}

/** `learner-export-schedule:{customerId}:{channelId}`, parts URI-encoded. */
export function scheduleIdOf({ customerId, channelId }: ScheduledChannel): string {
  return ['learner-export-schedule', customerId, channelId].map(encodeURIComponent).join(':');
}

type TickSchedule = ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>>;

/** Null: there is to be none. A tick that comes while the last one goes on is skipped; missed ones are not made up for. */
export function scheduleOptions(channel: ScheduledChannel, pacing: ExportPacing): TickSchedule | null {
  const { customerId, channelId, schedule, disabled } = channel;
  if (schedule === null) return null;
  const { cron, timeZone, jitterSeconds, paused, levels } = schedule;
  const input: LearnerExportTickInput = { customerId, channelId, levels, pacing };
  const scheduleId = scheduleIdOf(channel);
  return {
    scheduleId,
    spec: { cronExpressions: [cron], timezone: timeZone, jitter: jitterSeconds * 1_000 },
    action: {
      type: 'startWorkflow',
      workflowType: LEARNER_EXPORT_TICK_WORKFLOW,
      workflowId: scheduleId.replace('learner-export-schedule', 'learner-export-tick'),
      taskQueue: EXPORTS_TASK_QUEUE,
      args: [input],
      typedSearchAttributes: [
        { key: SEARCH_ATTRIBUTES.EnterpriseCustomerId, value: customerId },
        { key: SEARCH_ATTRIBUTES.ExportChannel, value: channelId },
      ],
      staticSummary: `${customerId} · ${channelId} · schedule`,
    },
    policies: { overlap: 'SKIP', catchupWindow: '10 minutes' },
    state: { paused: paused || disabled },
  };
}
