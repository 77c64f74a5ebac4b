import { type SendResult, toSendResult } from './outgoing-record';

export const STOPPED = { kind: 'failed', reason: 'channel-stopped', retryable: true } as const;
export const HELD = { kind: 'failed', reason: 'in-doubt', retryable: false } as const;
export const ELSEWHERE = { kind: 'failed', reason: 'under-way-in-another-run', retryable: true } as const;

/** The result of a record that may have arrived and waits for a person. */
export function heldResult(transmissionId: string): SendResult {
  const row = { transmissionId, errorMessage: 'in-doubt', statusCode: null, response: null };
  return toSendResult(HELD, { ...row, state: 'held' });
}

/** What the ledger notes of a record that a stopped channel never took. */
export function failedTransmission(
  transmissionId: string,
  statusCode: number | null,
): SendResult['transmissionResult'] {
  return { transmissionId, state: 'failed', errorMessage: 'channel-stopped', statusCode, response: null };
}
