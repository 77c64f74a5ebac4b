import type { NewAttempt } from './model';
import type { ReviewClaim, Verdict } from './reviews/payload';

/** What the learner (or staff) may ask of an attempt: PUT attempt `{"action": …}` in golden/proctoring/actions.json. */
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

/** Everything that can happen to an attempt. Judged by `transition`; nothing else changes a row. */
export type Command =
  /**
   * `byLearner`: through the learner's own door (golden traces `http_create`), where an exam past due is closed but for
   * practice, and a proctored exam taken as an open one is declined at once.
   */
  | { type: 'create'; newAttempt: NewAttempt; takingAsProctored: boolean; start?: boolean; byLearner?: boolean }
  /** `timeoutAt`: the instant the time was over, used as completedAt (golden transitions.json `timeout_timestamp`). */
  | { type: 'changeStatus'; to: string; cascade?: boolean; requestedBy?: string; timeoutAt?: Date }
  /** The deadline passed; asked by the workflow's own timer. */
  | { type: 'timeOut' }
  /** An allowance is to count for the running attempt as well. */
  | { type: 'adjustTime' }
  /** Another exam of the course was declined (or rejected under `classic`). `newAttempt` is used if there is none. */
  | { type: 'declineByCascade'; newAttempt: NewAttempt }
  | { type: 'act'; action: AttemptAction; actor: 'learner' | 'staff'; newAttempt?: NewAttempt }
  | { type: 'markReadyToResume'; requestedBy?: string }
  | { type: 'remove'; requestedBy?: string; requireProviderRemoval?: boolean }
  /** A vendor's review. `trusted`: the vendor proved who it is, so the reviewer it names is believed. */
  | { type: 'review'; claim: ReviewClaim; provider: string; inboxId: string; trusted: boolean }
  /** The provider says that the learner may begin. */
  | { type: 'providerReady' }
  /** A second review by a person. */
  | { type: 'setReview'; reviewId: string; reviewStatus: Verdict; requestedBy: string };

export type CommandType = Command['type'];
