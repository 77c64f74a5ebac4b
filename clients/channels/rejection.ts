import type { ChannelItem, RecordResult, ChannelRejectionCode, RefusedResult } from './channel';
import { ChannelCredentialsRefused } from './channel';

export interface RejectionDetails {
  retryable?: boolean;
  inDoubt?: boolean;
  status?: number;
  learnerInactive?: boolean;
}

/** Why one record was not taken; used inside the channels, where it becomes a result. */
export class ChannelRejection extends Error {
  constructor(
    readonly code: ChannelRejectionCode,
    message: string,
    readonly details: RejectionDetails = {},
  ) {
    super(message);
  }

  result(key: string): RecordResult {
    const { retryable = false, inDoubt = false, status = null, learnerInactive = false } = this.details;
    const refused: RefusedResult = {
      outcome: 'refused',
      retryable,
      inDoubt,
      code: this.code,
      message: this.message,
      status,
      learnerInactive,
    };
    return { key, ...refused };
  }
}

/** The channel asked for a pause (429, or 503 with Retry-After). */
export class ChannelBusy extends Error {
  constructor(
    readonly status: number,
    readonly retryAfterMs: number | null,
  ) {
    super(`asked to wait (${status})`);
  }

  result(key: string): RecordResult {
    return { key, outcome: 'busy', status: this.status, retryAfterMs: this.retryAfterMs };
  }
}

/**
 * Records one by one. A refused record does not stop the others; after a pause was asked for, or the caller gave up, the
 * rest is not tried. Refused credentials end the batch with the results so far.
 */
export async function sendEach(
  batch: readonly ChannelItem[],
  signal: AbortSignal,
  deliver: (item: ChannelItem) => Promise<RecordResult>,
): Promise<RecordResult[]> {
  const results: RecordResult[] = [];
  let busy: ChannelBusy | null = null;
  for (const item of batch) {
    if (busy) results.push(busy.result(item.key));
    else if (signal.aborted) results.push(cancelledResult(item.key));
    else {
      try {
        results.push(await deliver(item));
      } catch (error) {
        if (error instanceof ChannelBusy) busy = error;
        results.push(resultOf(error, item.key, results));
      }
    }
  }
  return results;
}

/** @throws ChannelCredentialsRefused with the results so far, and unexpected errors. */
export function resultOf(error: unknown, key: string, results: readonly RecordResult[]): RecordResult {
  if (error instanceof ChannelCredentialsRefused)
    throw new ChannelCredentialsRefused(error.kind, error.status, results);
  if (error instanceof ChannelRejection || error instanceof ChannelBusy) return error.result(key);
  throw error;
}

export function cancelledResult(key: string): RecordResult {
  return new ChannelRejection('cancelled', 'given up before it was sent', { retryable: true }).result(key);
}
