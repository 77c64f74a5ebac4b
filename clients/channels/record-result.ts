import type { ChannelKind } from '../../domain/exports/model';

export interface RefusedResult {
  outcome: 'refused';
  /** Another try may succeed: timeouts, connections, 5xx, HTML, broken answers, tokens that did not come. */
  retryable: boolean;
  /** Sent, but no answer says whether it was taken. Harmless to repeat where the channel is idempotent. */
  inDoubt: boolean;
  code: ChannelRejectionCode;
  /** Our text, with status and code only: nothing of the channel's text, names or addresses. */
  message: string;
  /** What the channel answered; null without an answer. */
  status: number | null;
  /** The channel says that this learner is gone: the link is to be ended. */
  learnerInactive: boolean;
}

/** Why a channel did not take a record. `token`: there was no usable token, and the record was not sent. */
export type ChannelRejectionCode =
  | 'token'
  | 'timeout'
  | 'connection'
  | 'unavailable'
  | 'malformed-answer'
  | 'redirected'
  | 'refused'
  | 'refused-in-answer'
  | 'unauthorised'
  | 'conflict'
  | 'learner-not-found'
  | 'learner-inactive'
  | 'course-not-found'
  | 'completed-in-future'
  | 'address-refused'
  | 'cancelled';

export type RecordResult = { key: string } & (
  | { outcome: 'accepted'; status: number }
  | RefusedResult
  /** Not taken; the channel wants a pause. Its length if it said so. Records of the batch not tried yet are busy too. */
  | { outcome: 'busy'; status: number; retryAfterMs: number | null }
);

/** The channel refuses our credentials: nothing will get through until a person changes them. */
export class ChannelCredentialsRefused extends Error {
  constructor(
    readonly kind: ChannelKind,
    readonly status: number,
    /** Results known before; items not named here were not sent. */
    readonly results: readonly RecordResult[] = [],
  ) {
    super(`${kind} refused the credentials (${status})`);
    this.name = 'ChannelCredentialsRefused';
  }
}
