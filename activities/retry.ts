import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { AttemptTimings } from '../contracts/attempts/messages';

/** A failure after which Temporal tries again: in so many milliseconds, or after the pause of its own policy. */
export function retryFailure(type: string, message: string, retryInMs?: number): ApplicationFailure {
  const delay = retryInMs === undefined ? {} : { nextRetryDelay: Math.max(50, Math.ceil(retryInMs)) };
  return ApplicationFailure.create({ message, type, ...delay });
}

/** The pause Temporal's own policy makes before the next try (workflows/activity-options.ts, effectOptions). */
export function nextTryInMs({ effectRetryInitialMs, effectRetryMaxMs }: AttemptTimings): number {
  return backoffMs(effectRetryInitialMs, effectRetryMaxMs);
}

/** A pause that doubles with every try of the activity. */
export function backoffMs(firstMs: number, maxMs: number): number {
  return Math.min(maxMs, firstMs * 2 ** Math.min(30, activityInfo().attempt - 1));
}
