import type { EffectDraft } from './effects';
import type { Attempt, AttemptedExam, ProviderFacts } from './model';
import type { ReviewFacts, ReviewWrite } from './reviews/facts';
import type { RuleSet } from './rule-sets';
import type { OnboardingRefusal } from './statuses';

/** A provider's answer to a registration. */
export type Registration =
  | { outcome: 'registered'; externalId: string }
  | { outcome: 'onboarding'; status: OnboardingRefusal }
  | { outcome: 'refused'; detail: string };

/** Answers from other services, needed before the decision; absent = not asked yet. */
export interface Answers {
  registration?: Registration;
  /** `failed`: the provider said no or could not say (golden removals.json `backend_answer` false / "raise"). */
  removal?: 'removed' | 'failed';
  gradeOverrideOnRejection?: boolean;
}

/** Something the decision depends on and only another service knows. */
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

/** With whom an attempt created now would be. */
export interface NewAttemptProvider {
  /** The exam's provider, a timed exam's course's; null when that one is not configured. */
  name: string | null;
  /** False: it is not configured, or retired. */
  registers: boolean;
}

/** All that a decision may depend on: locked rows, the clock and answers. No I/O behind any of it. */
export interface DecisionContext {
  now: Date;
  /** Of the provider that the attempt decided on belongs to (domain/attempts/subject.ts). */
  rules: RuleSet;
  /** The learner concerned. */
  userId: string;
  /** Its due date is the learner's own, where there is one. */
  exam: AttemptedExam;
  /** Of the provider that the attempt decided on belongs to; null without one. */
  provider: ProviderFacts | null;
  newAttemptProvider: NewAttemptProvider;
  /** Absent or null: the course has no end. */
  courseEndsAt?: Date | null;
  /** The attempt the command is addressed to; null when it is not (any more) among the live ones. */
  attempt: Attempt | null;
  /** The learner's other live attempts on this exam, oldest first. */
  others: Attempt[];
  /** The learner's live attempts in an `onboarding_*` refusal, in all courses, oldest first, without `attempt`. */
  refusedElsewhere: Attempt[];
  /** Sum of the learner's `additional_time_granted` on this exam, whole minutes. */
  extraTimeMins: number;
  answers: Answers;
  /** Read for commands about reviews only. */
  review?: ReviewFacts | undefined;
}

/** A row change. `save` keeps the id; the archive gets what `archive` lists. */
export type AttemptWrite =
  | { do: 'create'; attempt: Attempt }
  | { do: 'save'; before: Attempt; after: Attempt }
  | { do: 'remove'; attempt: Attempt };

/** Error codes a transition can give; HTTP status and title are in contracts/errors.ts. */
export type DecisionErrorCode =
  | 'attempt-not-found'
  | 'attempt-already-exists'
  | 'illegal-status-transition'
  | 'unknown-status'
  | 'attempt-completed'
  | 'action-not-allowed'
  | 'exam-inactive'
  | 'exam-not-proctored'
  | 'exam-past-due'
  | 'qualification-required'
  | 'not-resumable'
  | 'provider-not-configured'
  | 'provider-refused'
  | 'provider-removal-failed'
  | 'bad-request'
  | 'bad-review-status'
  | 'suspicious-lookup'
  | 'review-already-exists'
  | 'review-not-found'
  | 'exam-no-longer-proctored';

export type Decision =
  /** Written, archived (old states, in order) and due outside (in order). `attemptId` is the one to answer with. */
  | {
      kind: 'accepted';
      attemptId: string;
      writes: AttemptWrite[];
      archive: Attempt[];
      effects: EffectDraft[];
      /** Stored in the same transaction. */
      review?: ReviewWrite;
    }
  /** The requested state exists already; nothing is written or due. */
  | { kind: 'unchanged'; attemptId: string | null }
  | { kind: 'refused'; code: DecisionErrorCode; detail: string }
  | { kind: 'ask'; question: Question };
