import type { Client } from '@temporalio/client';
import { examAttemptWorkflowId } from '../../contracts/attempts/messages';
import { median } from '../measure/statistics';
import { type AttemptsVariantName, workflowIdOf } from './plan';

export interface HistorySize {
  events: number;
  bytes: number;
}

/** Median length and size of the histories of these learners' attempts, as Temporal counts them. */
export async function historySize(
  client: Client,
  variant: AttemptsVariantName,
  examId: number,
  userIds: readonly string[],
): Promise<HistorySize> {
  const described = await Promise.all(
    userIds.map((userId) => client.workflow.getHandle(idOf(variant, examId, userId)).describe()),
  );
  return {
    events: median(described.map(({ historyLength }) => historyLength)),
    bytes: median(described.map(({ historySize = 0 }) => historySize)),
  };
}

function idOf(variant: AttemptsVariantName, examId: number, userId: string): string {
  if (variant === 'invigil') return examAttemptWorkflowId({ examId, userId, attemptNumber: 1 });
  if (variant === 'noEngine') throw new Error('Without an engine there is no history.');
  return workflowIdOf(variant, examId, userId);
}
