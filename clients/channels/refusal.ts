import type { ChannelItem, RecordResult, RefusalCode, Refused } from './channel';
import { ChannelCredentialsRefused } from './channel';

export interface RefusalFacts {
  retryable?: boolean;
  inDoubt?: boolean;
  status?: number;
  learnerInactive?: boolean;
}

/** Why one record was not taken; stays inside the channels, where it becomes a result. */
export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
    readonly facts: RefusalFacts = {},
  ) {
    super(message);
  }

  result(key: string): RecordResult {
    const { retryable = false, inDoubt = false, status = null, learnerInactive = false } = this.facts;
    const refused: Refused = {
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
export class Busy extends Error {
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
 * rest is not tried. Refused credentials end the batch with what was settled so far.
 */
export async function sendEach(
  batch: readonly ChannelItem[],
  signal: AbortSignal,
  deliver: (item: ChannelItem) => Promise<RecordResult>,
): Promise<RecordResult[]> {
  const results: RecordResult[] = [];
  let busy: Busy | null = null;
  for (const item of batch) {
    if (busy) results.push(busy.result(item.key));
    else if (signal.aborted) results.push(cancelled(item.key));
    else {
      try {
        results.push(await deliver(item));
      } catch (error) {
        if (error instanceof Busy) busy = error;
        results.push(resultOf(error, item.key, results));
      }
    }
  }
  return results;
}

/** @throws ChannelCredentialsRefused with the results so far, and whatever is a fault of ours. */
export function resultOf(error: unknown, key: string, settled: readonly RecordResult[]): RecordResult {
  if (error instanceof ChannelCredentialsRefused)
    throw new ChannelCredentialsRefused(error.kind, error.status, settled);
  if (error instanceof Refusal || error instanceof Busy) return error.result(key);
  throw error;
}

export function cancelled(key: string): RecordResult {
  return new Refusal('cancelled', 'given up before it was sent', { retryable: true }).result(key);
}
