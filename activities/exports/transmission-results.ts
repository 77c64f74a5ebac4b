import type { TransmissionResult } from '../../db/exports/transmission-results';
import { type SendResult, toSendResult } from './outgoing-record';

export const STOPPED = { kind: 'failed', reason: 'channel-stopped', retryable: true } as const;
export const HELD = { kind: 'failed', reason: 'in-doubt', retryable: false } as const;
export const ELSEWHERE = { kind: 'failed', reason: 'under-way-in-another-run', retryable: true } as const;

/** What the ledger notes of a try. */
export function toTransmissionResult(
  transmissionId: string,
  state: TransmissionResult['state'],
  errorMessage: string,
  statusCode: number | null = null,
): TransmissionResult {
  return { transmissionId, state, errorMessage, statusCode, response: null };
}

/** Of a record that may have arrived and waits for a person. */
export function heldResult(transmissionId: string): SendResult {
  return toSendResult(HELD, toTransmissionResult(transmissionId, 'held', 'in-doubt'));
}

/** Of a record with an entry that a stopped channel never took. */
export function stoppedResult(transmissionId: string, statusCode: number | null): SendResult {
  return toSendResult(STOPPED, toTransmissionResult(transmissionId, 'failed', 'channel-stopped', statusCode));
}
