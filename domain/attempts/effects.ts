/** What an accepted command makes happen outside. Names are stored in the effects table and shown to operators. */
export type EffectAction =
  | { name: 'credit.set'; status: 'satisfied' | 'submitted' | 'declined' | 'failed' }
  | { name: 'credit.remove' }
  | { name: 'grades.override'; earnedAll: 0; earnedGraded: 0; comment: string; overrider?: string }
  | { name: 'grades.undoOverride' }
  | { name: 'certificates.invalidate' }
  | { name: 'instructor.reset'; requestingUser?: string }
  | { name: 'instructor.complete' }
  /** Support hears of a suspicious review. `inboxId` tells several reviews of one version apart. */
  | {
      name: 'instructor.notify';
      attemptCode: string;
      /** The provider's name for the attempt; the platform's review pages go by it. */
      externalId: string | null;
      examName: string;
      reviewStatus: string;
      inboxId: string;
    }
  | { name: 'email'; template: 'submitted' | 'verified' | 'rejected' }
  | {
      name: 'provider.start' | 'provider.stop' | 'provider.error' | 'provider.remove';
      provider: string;
      externalId: string | null;
    }
  /** `spare`: exams whose attempt the same command cleared away; it was completed, so the cascade leaves them alone. */
  | { name: 'cascade'; spare?: number[] };

/** One effect of one decision. It concerns `attemptId`, which an onboarding clean-up makes another than the judged one. */
export interface EffectDraft {
  action: EffectAction;
  attemptId: string;
  /** The attempt's version by which the effect came about; part of the idempotency key. */
  version: number;
  examId: number;
  userId: string;
}
