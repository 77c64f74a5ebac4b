import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { AttemptTimings } from '../contracts/attempts/messages';
import { backoffMs } from '../domain/backoff';

/** A failure after which Temporal tries again: in so many milliseconds, or after the pause of its own policy. */
export function retryFailure(type: string, message: string, retryInMs?: number): ApplicationFailure {
  const delay = retryInMs === undefined ? {} : { nextRetryDelay: Math.max(50, Math.ceil(retryInMs)) };
  return ApplicationFailure.create({ message, type, ...delay });
}

/** The pause Temporal's own policy makes before the next try (workflows/activity-options.ts, effectOptions). */
export function nextTryInMs({ effectRetryInitialMs: firstMs, effectRetryMaxMs: maxMs }: AttemptTimings): number {
  return pauseBeforeNextTry({ firstMs, maxMs });
}

/** A pause that doubles with every try of the activity. */
export function pauseBeforeNextTry(limits: { firstMs: number; maxMs: number }): number {
  return backoffMs(activityInfo().attempt - 1, limits);
}
