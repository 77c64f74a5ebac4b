/** What an accepted command triggers outside. Names are stored in the effects table and shown to operators. */
export type EffectAction =
  | { name: 'credit.set'; status: 'satisfied' | 'submitted' | 'declined' | 'failed' }
  | { name: 'credit.remove' }
  | { name: 'grades.override'; earnedAll: 0; earnedGraded: 0; comment: string; overrider?: string }
  | { name: 'grades.undoOverride' }
  | { name: 'certificates.invalidate' }
  | { name: 'instructor.reset'; requestingUser?: string }
  | { name: 'instructor.complete' }
  /** Support is notified of a suspicious review. `inboxId` distinguishes those of one version. */
  | {
      name: 'instructor.notify';
      attemptCode: string;
      /** The provider's id of the attempt; the platform's review pages use it. */
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
      /** A registration that no attempt came to use is taken back. */
      unused?: true;
    }
  /** `spare`: exams whose attempt the same command removed; it was completed, so the cascade skips them. */
  | { name: 'cascade'; spare?: number[] };

type ServiceOf<Name extends string> = Name extends `${infer Service}.${string}` ? Service : Name;

/** Who hears of an effect: the first word of its name. */
export type EffectService = ServiceOf<EffectAction['name']>;

const SERVICES: Record<EffectService, true> = {
  credit: true,
  grades: true,
  certificates: true,
  instructor: true,
  email: true,
  provider: true,
  cascade: true,
};

export const EFFECT_SERVICES = Object.keys(SERVICES) as EffectService[];

/** One effect of one decision. It concerns `attemptId`: in an onboarding clean-up not the attempt decided on. */
export interface EffectDraft {
  action: EffectAction;
  attemptId: string;
  /** The attempt's version by which the effect came about; part of the idempotency key. */
  version: number;
  examId: number;
  userId: string;
}
