import type { ActivityOptions } from '@temporalio/workflow';

/** Long work of a draft: tried until it is done; a worker that died is noticed by its missing heartbeat. */
export function draftWorkOptions(summary: string): ActivityOptions {
  return {
    summary,
    startToCloseTimeout: '10 minutes',
    heartbeatTimeout: '30 seconds',
    retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
  };
}
