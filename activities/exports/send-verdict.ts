import type { RecordResult, Refused } from '../../clients/channels/channel';
import type { Settlement } from '../../db/exports/transmissions';
import type { Outcome } from '../../domain/exports/model';
import { type Delivered } from './delivery';
import type { ExportLimits } from './dependencies';

/** A claimed record between its tries. */
export interface Try {
  transmissionId: string;
  key: string;
  tries: number;
  /** When it was claimed, epoch milliseconds. */
  since: number;
}

/** What comes next: an end (null = interrupted, nothing has left), or another try. */
export type SendVerdict = { delivered: Delivered | null } | { afterMs: number | null; wholeChannel: boolean };

interface Circumstances {
  limits: ExportLimits;
  /** Whether what may have arrived may be sent once more. */
  mayRepeat: boolean;
  interrupted: boolean;
}

export function isEnd(verdict: SendVerdict): verdict is { delivered: Delivered | null } {
  return 'delivered' in verdict;
}

/** Judges one try's result. What was certainly not taken may always be tried again; what may have been taken may not. */
export function verdictOn(one: Try, result: RecordResult, circumstances: Circumstances): SendVerdict {
  switch (result.outcome) {
    case 'accepted':
      return end(one, result, { kind: 'sent' }, 'sent', '');
    case 'cannot':
      return end(one, { status: null }, { kind: 'quarantined', reason: result.reason }, 'quarantined', result.reason);
    case 'busy':
      return busy(one, result, circumstances);
    case 'refused':
      return refused(one, result, circumstances);
  }
}

function busy(
  one: Try,
  result: Extract<RecordResult, { outcome: 'busy' }>,
  { limits, interrupted }: Circumstances,
): SendVerdict {
  const patient = Date.now() + (result.retryAfterMs ?? 0) < one.since + limits.patienceMs;
  if (patient && !interrupted) return { afterMs: result.retryAfterMs, wholeChannel: true };
  if (patient) return withdrawn(one, result.status);
  return end(one, result, { kind: 'failed', reason: 'channel-busy', retryable: true }, 'failed', 'channel-busy');
}

function refused(one: Try, result: Refused, { limits, mayRepeat, interrupted }: Circumstances): SendVerdict {
  const { code, retryable, inDoubt } = result;
  if (inDoubt && !mayRepeat) {
    return end(one, result, { kind: 'failed', reason: 'in-doubt', retryable: false }, 'held', `in-doubt: ${code}`);
  }
  if (!retryable) return end(one, result, { kind: 'quarantined', reason: code }, 'quarantined', result.message);
  const triesLeft = one.tries + 1 < limits.sendTries;
  if (triesLeft && !interrupted) return { afterMs: limits.retryMs * 2 ** one.tries, wholeChannel: false };
  return end(one, result, { kind: 'failed', reason: code, retryable: true }, 'failed', result.message);
}

/** Interrupted while the channel wanted a pause: it has not taken the record, whoever goes on claims it anew. */
function withdrawn({ transmissionId }: Try, statusCode: number): SendVerdict {
  const settlement: Settlement = {
    transmissionId,
    state: 'failed',
    errorMessage: 'interrupted',
    statusCode,
    response: null,
  };
  const none = { kind: 'failed', reason: 'interrupted', retryable: true } as const;
  return { delivered: { outcome: none, status: statusCode, settlement, mayTryOther: false, learnerGone: false } };
}

function end(
  { transmissionId }: Try,
  result: { status: number | null; inDoubt?: boolean; learnerInactive?: boolean },
  outcome: Outcome,
  state: Settlement['state'],
  errorMessage: string,
): SendVerdict {
  const { status, inDoubt = false, learnerInactive: learnerGone = false } = result;
  const settlement = { transmissionId, state, errorMessage, statusCode: status, response: null };
  const mayTryOther = outcome.kind !== 'sent' && !inDoubt && (status ?? 0) >= 400;
  return { delivered: { outcome, status, settlement, mayTryOther, learnerGone } };
}
