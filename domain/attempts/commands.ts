import type { NewAttempt } from './model';
import type { ReviewPayload, Verdict } from './reviews/payload';

/** What the learner (or staff) may do: PUT attempt `{"action": …}` in docs/recorded-behaviour.md#actions. */
export const ATTEMPT_ACTIONS = [
  'start',
  'stop',
  'submit',
  'click_download_software',
  'decline',
  'error',
  'reset_attempt',
  'mark_ready_to_resume',
] as const;

export type AttemptAction = (typeof ATTEMPT_ACTIONS)[number];

/** All that can happen to an attempt. Decided by `transition`; nothing else changes a row. */
export type Command =
  /**
   * `byLearner`: requested by the learner (golden traces `http_create`): an exam past due is closed but for
   * practice, and a proctored exam taken as an open one is declined at once.
   */
  | { type: 'create'; newAttempt: NewAttempt; takingAsProctored: boolean; start?: boolean; byLearner?: boolean }
  /** `timeoutAt`: the instant the time was over, used as completedAt (golden transitions.json `timeout_timestamp`). */
  | { type: 'changeStatus'; to: string; cascade?: boolean; requestedBy?: string; timeoutAt?: Date }
  /** The deadline passed; sent by the workflow's own timer. */
  | { type: 'timeOut' }
  /** An allowance is to count for the running attempt as well. */
  | { type: 'adjustTime' }
  /** Another exam of the course was declined (or rejected under `classic`). `newAttempt` is used if there is none; `fromExamId`: that exam. */
  | { type: 'declineByCascade'; newAttempt: NewAttempt; fromExamId?: number }
  | { type: 'act'; action: AttemptAction; actor: 'learner' | 'staff'; newAttempt?: NewAttempt }
  | { type: 'markReadyToResume'; requestedBy?: string }
  | { type: 'remove'; requestedBy?: string; requireProviderRemoval?: boolean }
  /** A vendor's review. `trusted`: the vendor was authenticated, so the reviewer it names counts. */
  | { type: 'review'; payload: ReviewPayload; provider: string; inboxId: string; trusted: boolean }
  /** The provider says that the learner may begin. */
  | { type: 'providerReady' }
  /** A second review by a person. */
  | { type: 'setReview'; reviewId: string; reviewStatus: Verdict; requestedBy: string };
