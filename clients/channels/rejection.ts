import type { ChannelItem } from './channel';
import {
  ChannelCredentialsRefused,
  type ChannelRejectionCode,
  type RecordResult,
  type RefusedResult,
} from './record-result';

type RejectionDetails = Partial<Omit<RefusedResult, 'outcome' | 'code' | 'message'>>;

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
    const { code, message, details } = this;
    const plain = { retryable: false, inDoubt: false, status: null, learnerInactive: false };
    return { key, outcome: 'refused', code, message, ...plain, ...details };
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

/** What the caller gave up before it left. */
export function cancelledRejection(): ChannelRejection {
  return new ChannelRejection('cancelled', 'given up before it was sent', { retryable: true });
}

/**
 * Records one by one. A refused record does not stop the others; after a pause was asked for, or the caller gave up, the
 * rest is not tried. Refused credentials end the batch with the results so far. `deliver` returns the channel's status.
 */
export async function sendEach<P>(
  batch: readonly ChannelItem<P>[],
  signal: AbortSignal,
  deliver: (payload: P) => Promise<number>,
): Promise<RecordResult[]> {
  const results: RecordResult[] = [];
  let busy: ChannelBusy | null = null;
  for (const { key, payload } of batch) {
    if (busy ?? signal.aborted) results.push((busy ?? cancelledRejection()).result(key));
    else {
      try {
        results.push({ key, outcome: 'accepted', status: await deliver(payload) });
      } catch (error) {
        if (error instanceof ChannelBusy) busy = error;
        results.push(resultOf(error, key, results));
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
