import type { EffectDraft } from './effects';
import type { Attempt, Exam } from './model';
import type { RuleSet } from './rule-sets';
import type { ReviewFacts, ReviewWrite } from './reviews/facts';
import type { OnboardingRefusal } from './statuses';

/** What a provider said to a registration. */
export type Registration =
  | { outcome: 'registered'; externalId: string }
  | { outcome: 'onboarding'; status: OnboardingRefusal }
  | { outcome: 'refused'; detail: string };

/** Answers to questions asked of the outside before the decision; absent = not asked yet. */
export interface Answers {
  registration?: Registration;
  /** `failed`: the provider said no or could not say (golden removals.json `backend_answer` false / "raise"). */
  removal?: 'removed' | 'failed';
  gradeOverrideOnRejection?: boolean;
}

/** Something only an outside service can tell and the decision depends on. */
export type Question =
  | {
      kind: 'registration';
      provider: string;
      newAttempt: { id: string; code: string };
      timeLimitMins: number;
      isSampleAttempt: boolean;
    }
  | { kind: 'removal'; provider: string; attemptId: string; externalId: string | null }
  | { kind: 'gradeOverrideOnRejection' };

/** Another exam's attempt that a completed onboarding attempt clears away, in whatever course. */
export interface RefusedElsewhere {
  attempt: Attempt;
  exam: Exam;
}

/** All that a decision may depend on: locked rows, the clock and answers. No I/O behind any of it. */
export interface World {
  now: Date;
  rules: RuleSet;
  /** The learner all of this is about. */
  userId: string;
  /** Its due date is the learner's own, where there is one. */
  exam: Exam;
  /** Absent or null: the course has no end. */
  courseEndsAt?: Date | null;
  /** The attempt the command is addressed to; null when it is not (any more) among the live ones. */
  attempt: Attempt | null;
  /** The learner's other live attempts on this exam, oldest first. */
  others: Attempt[];
  /** The learner's live attempts in an `onboarding_*` refusal, in all courses, oldest first, without `attempt`. */
  refusedElsewhere: RefusedElsewhere[];
  /** Sum of the learner's `additional_time_granted` on this exam, whole minutes. */
  extraTimeMins: number;
  answers: Answers;
  /** Read for commands about reviews only. */
  review?: ReviewFacts;
}

/** A row change. `save` keeps the id; the archive gets what `archive` lists. */
export type Write =
  | { do: 'create'; attempt: Attempt }
  | { do: 'save'; before: Attempt; after: Attempt }
  | { do: 'remove'; attempt: Attempt };

/** Refusal codes a transition can give; HTTP status and title are in contracts/errors.ts. */
export type RefusalCode =
  | 'attempt-not-found'
  | 'attempt-already-exists'
  | 'illegal-status-transition'
  | 'unknown-status'
  | 'attempt-completed'
  | 'action-not-allowed'
  | 'exam-inactive'
  | 'exam-not-proctored'
  | 'exam-past-due'
  | 'not-resumable'
  | 'provider-refused'
  | 'provider-removal-failed'
  | 'bad-request'
  | 'bad-review-status'
  | 'suspicious-lookup'
  | 'review-already-exists'
  | 'review-not-found'
  | 'exam-no-longer-proctored';

export type Decision =
  /** Written, archived (old states, in order) and due outside (in order). `attemptId` is the attempt the caller is shown. */
  | {
      kind: 'accepted';
      attemptId: string;
      writes: Write[];
      archive: Attempt[];
      effects: EffectDraft[];
      /** Stored in the same transaction. */
      review?: ReviewWrite;
    }
  /** The world already is as asked; nothing is written and nothing is due. */
  | { kind: 'unchanged'; attemptId: string | null }
  | { kind: 'refused'; code: RefusalCode; detail: string }
  | { kind: 'ask'; question: Question };
