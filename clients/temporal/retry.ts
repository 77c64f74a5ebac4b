import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { ApiError } from '../../contracts/api-error';
import { backoffMs } from '../../domain/backoff';
import { failureOf } from './failures';

/** Pauses between tries grow from the first to the last value. */
const BACKOFF = { firstMs: 50, maxMs: 1_000 };
/** Tries at an address that refuses connections, so that a restart of Temporal goes unnoticed but an outage does not. */
const CONNECTION_TRIES = 3;

/** Repeats a call until it has an outcome or its time is over. @throws ApiError */
export async function withRetry<T>(client: Client, deadlineMs: number, call: () => Promise<T>): Promise<T> {
  const tries = new CommandTries(Date.now() + deadlineMs);
  for (;;) {
    try {
      return await client.withDeadline(tries.deadline, call);
    } catch (error) {
      await pause(tries.pauseAfter(error));
    }
  }
}

/** One command's tries: decides after each failure whether to go on, and with which answer to stop. */
class CommandTries {
  private tries = 0;
  private closedRuns = 0;
  private maybeSent = false;

  constructor(readonly deadline: number) {}

  /** Milliseconds until the next try. @throws the answer, when there is nothing left to try. */
  pauseAfter(error: unknown): number {
    const failure = failureOf(error);
    if (failure.kind === 'refused') throw failure.apiError;
    if (failure.kind === 'defect') throw error;
    if (failure.kind === 'unknown') this.maybeSent = true;
    if (failure.kind === 'closed') this.closedRuns += 1;
    this.tries += 1;
    const hopeless = this.closedRuns > 1 || (failure.kind === 'not-sent' && this.tries >= CONNECTION_TRIES);
    const wait = backoffMs(this.tries, BACKOFF);
    if (hopeless || Date.now() + wait >= this.deadline) throw this.finalError();
    return wait;
  }

  private finalError(): ApiError {
    if (this.maybeSent || this.closedRuns > 0) {
      return new ApiError('outcome-unknown', 'The command was sent, but no outcome came in time.');
    }
    return new ApiError('temporal-unavailable', 'The workflow service did not take the command.');
  }
}
