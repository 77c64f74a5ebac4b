import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';
import type { AttemptTimings } from '../contracts/attempts/messages';

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

/** One short transaction of an export's rows, tried until Postgres answers. */
export const exportRowOptions: LocalActivityOptions = decideOptions;

/**
 * One page of an export, tried until it is through: what a page has settled stays settled. Slow channels make long pages;
 * a worker that died is noticed by its missing heartbeat. Interrupted, a page ends what has left before it answers.
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

/** The end of an export: some statements over all its enrollments. */
export const closeOptions: ActivityOptions = {
  summary: 'count the outcomes and end the run',
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '60 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};
