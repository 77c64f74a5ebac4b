import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';
import type { AttemptTimings } from '../contracts/attempts/messages';

/** All timeouts and retries of the activities. Durations that tests shorten come from the workflow's input. */

/** One transaction (plus the effects' first try). Retried until Postgres answers: a caller waits 10 s at most, the command is never lost. */
export const decideOptions: LocalActivityOptions = {
  startToCloseTimeout: '15 seconds',
  localRetryThreshold: '20 seconds',
  retry: { initialInterval: '100 milliseconds', backoffCoefficient: 2, maximumInterval: '5 seconds' },
};

/** The same for a statement on the rows that no caller waits for. */
export function rowOptions(summary: string): LocalActivityOptions {
  return { ...decideOptions, summary };
}

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
 * Effects are retried for days before one counts as failed and needs an operator. A try whose worker died is
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

/** One short transaction of an export's rows, tried until Postgres answers. */
export const exportRowOptions: LocalActivityOptions = { ...decideOptions };

/**
 * One page of an export, retried until it is done: recorded outcomes stay. Slow channels make long pages;
 * a worker that died is noticed by its missing heartbeat. Interrupted, a page first waits for requests sent.
 */
export function pageOptions(summary: string): ActivityOptions {
  return {
    summary,
    startToCloseTimeout: '12 hours',
    heartbeatTimeout: '10 seconds',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
  };
}

/** Closing a run: some statements over all its enrollments. */
export const closeOptions: ActivityOptions = {
  summary: 'count the outcomes and end the run',
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '60 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};
