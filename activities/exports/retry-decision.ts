import type { ChannelItem } from '../../clients/channels/channel';
import type { RecordResult, RefusedResult } from '../../clients/channels/record-result';
import type { TransmissionResult } from '../../db/exports/transmission-results';
import { backoffMs } from '../../domain/backoff';
import type { Outcome } from '../../domain/exports/model';
import type { ExportLimits } from './dependencies';
import { type SendResult, toSendResult } from './outgoing-record';
import { toTransmissionResult } from './transmission-results';

/** A record with a ledger entry, between its tries. */
export interface PendingTransmission extends ChannelItem {
  transmissionId: string;
  tries: number;
  /** When its entry was made, epoch milliseconds. */
  since: number;
}

/** What comes next: a result (null = interrupted, nothing was sent), or another try. */
export type RetryDecision = { result: SendResult | null } | { afterMs: number | null; wholeChannel: boolean };

interface RetryContext {
  limits: ExportLimits;
  /** Whether what may have arrived may be sent once more. */
  mayRepeat: boolean;
  interrupted: boolean;
}

export function isFinal(decision: RetryDecision): decision is { result: SendResult | null } {
  return 'result' in decision;
}

/** Decides on one try's result. What was surely not taken may be tried again; what may have been taken may not. */
export function decideRetry(one: PendingTransmission, result: RecordResult, context: RetryContext): RetryDecision {
  switch (result.outcome) {
    case 'accepted':
      return finish(one, result, { kind: 'sent' }, 'sent', '');
    case 'busy':
      return decideBusy(one, result, context);
    case 'refused':
      return decideRefused(one, result, context);
  }
}

function decideBusy(
  one: PendingTransmission,
  result: Extract<RecordResult, { outcome: 'busy' }>,
  { limits, interrupted }: RetryContext,
): RetryDecision {
  const patient = Date.now() + (result.retryAfterMs ?? 0) < one.since + limits.patienceMs;
  if (patient && !interrupted) return { afterMs: result.retryAfterMs, wholeChannel: true };
  if (patient) return withdraw(one, result.status);
  return finish(one, result, { kind: 'failed', reason: 'channel-busy', retryable: true }, 'failed', 'channel-busy');
}

function decideRefused(
  one: PendingTransmission,
  result: RefusedResult,
  { limits, mayRepeat, interrupted }: RetryContext,
): RetryDecision {
  const { code, retryable, inDoubt } = result;
  if (inDoubt && !mayRepeat) {
    return finish(one, result, { kind: 'failed', reason: 'in-doubt', retryable: false }, 'held', `in-doubt: ${code}`);
  }
  if (!retryable) return finish(one, result, { kind: 'quarantined', reason: code }, 'quarantined', result.message);
  const triesLeft = one.tries + 1 < limits.sendTries;
  if (triesLeft && !interrupted)
    return { afterMs: backoffMs(one.tries, { firstMs: limits.retryMs }), wholeChannel: false };
  return finish(one, result, { kind: 'failed', reason: code, retryable: true }, 'failed', result.message);
}

/** Interrupted while the channel wanted a pause: it has not taken the record, the next try makes a new entry. */
function withdraw({ transmissionId }: PendingTransmission, status: number): RetryDecision {
  const outcome = { kind: 'failed', reason: 'interrupted', retryable: true } as const;
  const transmissionResult = toTransmissionResult(transmissionId, 'failed', 'interrupted', status);
  return { result: { ...toSendResult(outcome, transmissionResult), status } };
}

function finish(
  { transmissionId }: PendingTransmission,
  result: { status: number | null; inDoubt?: boolean; learnerInactive?: boolean },
  outcome: Outcome,
  state: TransmissionResult['state'],
  errorMessage: string,
): RetryDecision {
  const { status, inDoubt = false, learnerInactive: learnerGone = false } = result;
  const transmissionResult = toTransmissionResult(transmissionId, state, errorMessage, status);
  const mayTryOther = outcome.kind !== 'sent' && !inDoubt && (status ?? 0) >= 400;
  return { result: { outcome, status, transmissionResult, mayTryOther, learnerGone } };
}
