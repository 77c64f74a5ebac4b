import { ApplicationFailure } from '@temporalio/common';
import { isDatabaseError } from '../db/core/database-failure';

type Activity = (...input: never[]) => Promise<unknown>;

/**
 * The same activities, whose failures quote nothing: Temporal keeps and logs what an activity throws, and errors of Postgres
 * quote statements and values. They stay retryable.
 */
export function withSafeFailures<A extends object>(activities: A): A {
  const wrapped = Object.entries(activities).map(([name, activity]: [string, Activity]) => [name, safe(activity)]);
  return Object.fromEntries(wrapped) as A;
}

function safe(activity: Activity): Activity {
  return async (...input) => {
    try {
      return await activity(...input);
    } catch (error) {
      throw error instanceof Error && isDatabaseError(error) ? unquoted(error) : error;
    }
  };
}

function unquoted(error: Error & { code?: unknown }): ApplicationFailure {
  const code = typeof error.code === 'string' ? ` ${error.code}` : '';
  return ApplicationFailure.retryable(`database error${code}`, 'database-error');
}
