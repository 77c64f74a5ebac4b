import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';
import type { AttemptTimings } from '../contracts/exam-attempt';

/** All timeouts and retries of the house, in one place. Durations that tests shorten come from the workflow's input. */

/** One transaction (plus the effects' first try). Tried until Postgres answers: a caller waits 10 s at most, the command never gets lost. */
export const decideOptions: LocalActivityOptions = {
  startToCloseTimeout: '15 seconds',
  localRetryThreshold: '20 seconds',
  retry: { initialInterval: '100 milliseconds', backoffCoefficient: 2, maximumInterval: '5 seconds' },
};

/** A question has one short window: the caller waits for it. */
export function questionOptions(timings: AttemptTimings, summary: string): ActivityOptions {
  return {
    summary,
    scheduleToCloseTimeout: timings.questionTimeoutMs,
    startToCloseTimeout: Math.max(1_000, Math.floor(timings.questionTimeoutMs / 2)),
    retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '2 seconds' },
  };
}

/**
 * Effects are patient: days of tries before one counts as failed and an operator is called. A try whose worker died is
 * noticed by its missing heartbeat.
 */
export function effectOptions(timings: AttemptTimings, summary: string): ActivityOptions {
  return {
    summary,
    scheduleToCloseTimeout: timings.effectGiveUpMs,
    startToCloseTimeout: '60 seconds',
    heartbeatTimeout: '10 seconds',
    retry: {
      initialInterval: timings.effectRetryInitialMs,
      backoffCoefficient: 2,
      maximumInterval: timings.effectRetryMaxMs,
    },
  };
}
