import type { Question } from '../../domain/attempts/decision';
import type { ErrorCode } from '../errors';
import type { CommandRequest, Precondition } from './commands';
import type { AttemptKey, AttemptState, AttemptView } from './messages';

export interface DecideInput {
  key: AttemptKey;
  commandId: string;
  command: CommandRequest;
  /** Workflow time, epoch milliseconds; the activity adds the course's clock. */
  nowMs: number;
  /** The row version this workflow has in its history; kept with the row so that the relay need not wake it. */
  confirmedVersion: number;
}

/** A command that changes nothing, and why. */
export interface Refused {
  kind: 'refused';
  code: ErrorCode;
  detail: string;
  attemptCode?: string;
  reason?: string;
  /** Something outside has to be taken back, and is due. */
  leavesEffects?: boolean;
}

export type DecideResult =
  /** `answer`: the caller's answer, if not this workflow's attempt (a reset practice exam). */
  | { kind: 'applied'; state: AttemptState; answer?: AttemptView }
  /** The command was applied before; its stored answer, while the row may have moved on since. */
  | { kind: 'replayed'; answer: AttemptView }
  | Refused
  | { kind: 'ask'; question: Question['kind'] };

/** The failure of an effect that cannot succeed: the row says `failed` and why, and an operator has to act. */
export const EFFECT_FAILED = 'EffectFailed';

interface LoadInput {
  key: AttemptKey;
  nowMs: number;
}

interface EffectInput {
  effectId: string;
  /** From Retry-After: no request before this instant, epoch milliseconds. */
  notBeforeMs?: number;
}

interface RetriedBy extends Precondition {
  commandId?: string;
}

/** The activities of an attempt. The first four are local: one transaction each. */
export interface AttemptActivities {
  decide(input: DecideInput): Promise<DecideResult>;
  loadAttempt(input: LoadInput): Promise<AttemptState>;
  /** Null: the effect is not failed. Without a command id (histories of releases before) nobody is named. */
  reopenEffect(input: LoadInput & EffectInput & RetriedBy): Promise<AttemptState | Refused | null>;
  giveUpEffect(input: EffectInput): Promise<void>;
  raiseAttention(input: { key: AttemptKey; reason: 'review-overdue' }): Promise<void>;
  /** Asks the question stored under the command's intent, in its turn, and stores the answer; the first one is kept. */
  askOutside(input: { commandId: string; key: AttemptKey }): Promise<void>;
  /** One try. @throws ApplicationFailure `EFFECT_FAILED`; in older histories such an effect ended as `failed`. */
  performEffect(input: EffectInput): Promise<'done' | 'superseded' | 'skipped' | 'failed'>;
}
