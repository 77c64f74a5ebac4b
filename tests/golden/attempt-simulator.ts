import { cascadeTargets } from '../../domain/attempts/cascade';
import type { Command } from '../../domain/attempts/commands';
import type { Answers, Decision, Question, Registration, DecisionContext } from '../../domain/attempts/decision';
import type { Attempt, Exam, NewAttempt } from '../../domain/attempts/model';
import type { ReviewFacts, ReviewWrite } from '../../domain/attempts/reviews/facts';
import type { RuleSet } from '../../domain/attempts/rule-sets';
import { isOnboardingRefusal } from '../../domain/attempts/statuses';
import { transition } from '../../domain/attempts/transition';
import type { GoldenEffect } from './cases';
import { effectView } from './effect-view';
import { changedView, createdView, registrationFirst, type CaseOutcome } from './outcome';
import { examLabel, goldenProviderOf } from './rows';

/** The answers of outside services; everything else is in the rows. */
export interface Surroundings {
  now: Date;
  rules: RuleSet;
  extraTimeMins?: number;
  removal?: 'removed' | 'failed';
  gradeOverrideOnRejection?: boolean;
  registration?: Registration;
}

type Accepted = Extract<Decision, { kind: 'accepted' }>;

/** What a command came to, beside its outcome. */
export interface Simulated extends CaseOutcome {
  code?: string;
}

/** One learner's attempts in memory, and the surroundings' part played at once: questions answered, cascades carried out. */
export class AttemptSimulator {
  attempts: Attempt[];
  /** What the next command about a review finds. */
  review: ReviewFacts | undefined;
  /** Reviews stored, in order. */
  readonly stored: ReviewWrite[] = [];
  private effects: GoldenEffect[] = [];
  private archive: Attempt[] = [];
  private readonly taken: number;

  constructor(
    readonly exams: Exam[],
    attempts: Attempt[],
    private readonly surroundings: Surroundings,
    private readonly userId = 'u1',
  ) {
    this.attempts = [...attempts];
    this.taken = attempts.length;
  }

  /** Runs a command on an attempt (or, for creations, on none) and reports what it changed, in the recordings' form. */
  run(examId: number, attemptId: string | null, command: (identity: NewAttempt) => Command): Simulated {
    const before = [...this.attempts];
    this.effects = [];
    this.archive = [];
    const decision = this.decide(examId, attemptId, command(this.nextIdentity()));
    const ok = decision.kind === 'accepted' || decision.kind === 'unchanged';
    return { ...this.outcome(ok, before), ...(decision.kind === 'refused' ? { code: decision.code } : {}) };
  }

  private decide(examId: number, attemptId: string | null, command: Command): Decision {
    const answers: Answers = {};
    for (;;) {
      const decision = transition(this.context(examId, attemptId, answers), command);
      if (decision.kind !== 'ask') {
        if (decision.kind === 'accepted') this.apply(decision);
        return decision;
      }
      this.answer(decision.question, answers, examId);
    }
  }

  private context(examId: number, attemptId: string | null, answers: Answers): DecisionContext {
    const { now, rules, extraTimeMins = 0 } = this.surroundings;
    const mine = this.attempts.filter((attempt) => attempt.userId === this.userId);
    const attempt = mine.find(({ id }) => id === attemptId) ?? null;
    const exam = this.exam(examId);
    return {
      now,
      rules,
      userId: this.userId,
      exam,
      provider: goldenProviderOf(attempt?.provider ?? exam.effectiveProvider),
      attempt,
      others: mine.filter((other) => other.examId === examId && other.id !== attemptId),
      newAttemptProvider: { name: exam.effectiveProvider, registers: true },
      refusedElsewhere: mine.filter((other) => isOnboardingRefusal(other.status) && other.id !== attemptId),
      extraTimeMins,
      answers,
      ...(this.review ? { review: this.review } : {}),
    };
  }

  private answer(question: Question, answers: Answers, examId: number): void {
    switch (question.kind) {
      case 'gradeOverrideOnRejection':
        answers.gradeOverrideOnRejection = this.surroundings.gradeOverrideOnRejection ?? true;
        return;
      case 'removal':
        answers.removal = this.surroundings.removal ?? 'removed';
        this.effects.push({ do: 'backend.remove', backend: question.provider, external_id: question.externalId });
        return;
      case 'registration': {
        const { id } = question.newAttempt;
        answers.registration = this.surroundings.registration ?? { outcome: 'registered', externalId: `ext-${id}` };
        const { provider: backend, timeLimitMins: time_limit_mins, isSampleAttempt: is_sample_attempt } = question;
        const exam = examLabel(examId);
        this.effects.push({ do: 'backend.register', backend, exam, time_limit_mins, is_sample_attempt });
      }
    }
  }

  private apply(decision: Accepted): void {
    for (const write of decision.writes) {
      if (write.do === 'create') this.attempts.push(write.attempt);
      else if (write.do === 'remove') this.attempts = this.attempts.filter(({ id }) => id !== write.attempt.id);
      else this.attempts = this.attempts.map((row) => (row.id === write.after.id ? write.after : row));
    }
    this.archive.push(...decision.archive);
    if (decision.review) this.stored.push(decision.review);
    for (const effect of decision.effects) {
      const view = effectView(effect);
      if (view) this.effects.push({ ...view });
      else if (effect.action.name === 'cascade') this.cascade(this.exam(effect.examId), effect.action.spare);
    }
  }

  private cascade(declined: Exam, spare: readonly number[] = []): void {
    for (const { id } of cascadeTargets(this.exams, declined, spare)) {
      const target = this.attempts.find((one) => one.examId === id && one.userId === this.userId && one.isCurrent);
      this.decide(id, target?.id ?? null, { type: 'declineByCascade', newAttempt: this.nextIdentity() });
    }
  }

  private nextIdentity(): NewAttempt {
    const made = this.attempts.filter(({ number }) => number > this.taken).length;
    const number = this.taken + made + 1;
    return { id: `a${number}`, code: `CODE-A${number}`, number };
  }

  private exam(id: number): Exam {
    const exam = this.exams.find((one) => one.id === id);
    if (!exam) throw new Error(`the case has no exam e${id}`);
    return exam;
  }

  private outcome(ok: boolean, before: Attempt[]): CaseOutcome {
    const old = new Map(before.map((attempt) => [attempt.id, attempt]));
    const outcome: CaseOutcome = { ok, changed: {}, created: {}, deleted: [], effects: [], archived: {} };
    for (const attempt of this.attempts) {
      const was = old.get(attempt.id);
      if (!was) outcome.created[attempt.id] = createdView(attempt);
      else if (Object.keys(changedView(was, attempt)).length > 0) outcome.changed[attempt.id] = changedView(was, attempt);
    }
    const live = new Set(this.attempts.map(({ id }) => id));
    outcome.deleted = before.map(({ id }) => id).filter((id) => !live.has(id)).sort();
    outcome.effects = registrationFirst(this.effects);
    for (const row of this.archive) (outcome.archived[row.id] ??= []).push(row.status);
    return outcome;
  }
}
