import type { AttemptAction } from '../../domain/attempts/commands';
import type { Question } from '../../domain/attempts/decision';
import type { Verdict } from '../../domain/attempts/reviews/payload';
import type { ErrorCode } from '../errors';
import type { AttemptKey, AttemptState, AttemptView } from './messages';

/** A command from workflow to activity: instants are ISO 8601, identities are given by the activity. */
export type CommandRequest =
  | { type: 'create'; takingAsProctored: boolean; start?: boolean; byLearner?: boolean }
  | { type: 'changeStatus'; to: string; cascade?: boolean; requestedBy?: string; timeoutAt?: string }
  | { type: 'timeOut' }
  | { type: 'adjustTime' }
  | { type: 'declineByCascade' }
  | { type: 'act'; action: AttemptAction; actor: 'learner' | 'staff' }
  | { type: 'markReadyToResume'; requestedBy?: string }
  | { type: 'remove'; requestedBy?: string }
  | ReviewRequest;

/** Commands that name a callback in the inbox or a stored review; the content is read from there. */
export type ReviewRequest =
  | { type: 'review'; inboxId: string }
  | { type: 'providerReady'; inboxId: string }
  | { type: 'setReview'; reviewId: string; reviewStatus: Verdict; requestedBy: string };

export interface DecideInput {
  key: AttemptKey;
  commandId: string;
  command: CommandRequest;
  /** Workflow time, epoch milliseconds; the activity adds the course's clock. */
  nowMs: number;
  /** The row version this workflow has in its history; kept with the row so that the relay need not wake it. */
  confirmedVersion: number;
}

export type DecideResult =
  /** `answer`: the caller's answer, if not this workflow's attempt (a reset practice exam). */
  | { kind: 'applied'; state: AttemptState; answer?: AttemptView }
  /** The command was applied before; its stored answer, while the row may have moved on since. */
  | { kind: 'replayed'; answer: AttemptView }
  | { kind: 'refused'; code: ErrorCode; detail: string; attemptCode?: string }
  | { kind: 'ask'; question: Question['kind'] };

export interface LoadInput {
  key: AttemptKey;
  nowMs: number;
}

export interface EffectInput {
  effectId: string;
  /** From Retry-After: no request before this instant, epoch milliseconds. */
  notBeforeMs?: number;
}

export type EffectOutcome = 'done' | 'superseded' | 'skipped' | 'failed';

export interface AttentionInput {
  key: AttemptKey;
  reason: 'review-overdue';
}

/** The activities of an attempt. The first four are local: one transaction each. */
export interface AttemptActivities {
  decide(input: DecideInput): Promise<DecideResult>;
  loadAttempt(input: LoadInput): Promise<AttemptState>;
  reopenEffect(input: LoadInput & EffectInput): Promise<AttemptState | null>;
  giveUpEffect(input: EffectInput): Promise<void>;
  raiseAttention(input: AttentionInput): Promise<void>;
  /** Asks the question stored under the command's intent and stores the answer; the first one is kept. */
  askOutside(input: { commandId: string; key: AttemptKey }): Promise<void>;
  performEffect(input: EffectInput): Promise<EffectOutcome>;
}
