import { cascadeTargets } from '../../../../../domain/attempts/cascade';
import type { Command } from '../../../../../domain/attempts/commands';
import { isOver } from '../../../../../domain/attempts/deadline';
import type { Answers, Decision, Question, DecisionContext } from '../../../../../domain/attempts/decision';
import type { Attempt, Exam, NewAttempt } from '../../../../../domain/attempts/model';
import type { ReviewFacts, StoredReview } from '../../../../../domain/attempts/reviews/facts';
import type { RuleSet } from '../../../../../domain/attempts/rule-sets';
import { isOnboardingRefusal } from '../../../../../domain/attempts/statuses';
import { transition } from '../../../../../domain/attempts/transition';
import { goldenProviderOf } from '../../../../golden/rows';
import { Observer } from './observer';
import { OutsideQueue, learnerExamKey, type QueuedEffect } from './outside-queue';

export interface Addressed {
  examId: number;
  userId: string;
  attemptId: string | null;
  /** The identity an attempt made by the command gets. */
  command: (identity: NewAttempt) => Command;
}

interface Waiting extends Addressed {
  question: Question;
  answers: Answers;
}

type Accepted = Extract<Decision, { kind: 'accepted' }>;

/** Learners and exams of one course in memory. Nothing is done immediately: questions, effects and cascades are queued. */
export class InterleavingModel {
  attempts: Attempt[] = [];
  readonly archive: Attempt[] = [];
  readonly outside = new OutsideQueue();
  readonly observer: Observer;
  readonly waiting: Waiting[] = [];
  private readonly reviews = new Map<string, StoredReview>();
  private readonly decidedCascades = new Set<string>();
  private readonly taken = new Map<string, number>();
  private made = 0;

  constructor(
    public exams: Exam[],
    readonly rules: RuleSet,
    public now: Date,
  ) {
    this.observer = new Observer(rules);
  }

  /** Decides a command; one that needs an answer first waits for it, while others go on. */
  run(addressed: Addressed, answers: Answers = {}): void {
    const { examId, userId } = addressed;
    const identity = this.identity(examId, userId);
    const command = addressed.command(identity);
    const subject = this.attempts.find(({ id }) => id === addressed.attemptId) ?? null;
    const exam = this.exam(examId);
    const decision = transition(this.context(addressed, exam, subject, answers, command), command);
    if (decision.kind === 'ask') this.waiting.push({ ...addressed, question: decision.question, answers });
    const before = this.attempts;
    if (decision.kind === 'accepted') this.apply(decision);
    this.observer.look({ command, decision, exam, userId, subject, before, after: this.attempts });
  }

  /** An outside service answers a question, and the command is decided again on the current state. */
  answer(at: number, answers: Answers): void {
    const [waiting] = this.waiting.splice(at, 1);
    if (waiting) this.run(waiting, { ...waiting.answers, ...answers });
  }

  /** `twice`: the worker dies before it has noted that it was done, so it is done again. */
  perform(effect: QueuedEffect, twice: boolean): void {
    for (let time = 0; time < (twice ? 2 : 1); time += 1) {
      if (effect.action.name === 'cascade') this.cascade(effect, effect.action.spare ?? []);
      this.outside.deliver(effect);
    }
  }

  timeOuts(): void {
    const exams = new Map(this.exams.map((exam) => [exam.id, exam]));
    for (const { id: attemptId, examId, userId, ...attempt } of this.attempts) {
      const exam = exams.get(examId);
      if (exam && isOver(attempt, this.now, { exam, extraTimeMins: 0 })) {
        this.run({ examId, userId, attemptId, command: () => ({ type: 'timeOut' }) });
      }
    }
  }

  reviewOf(code: string): StoredReview | undefined {
    return this.reviews.get(code);
  }

  private cascade({ key, examId, userId }: QueuedEffect, spare: readonly number[]): void {
    for (const { id } of cascadeTargets(this.exams, this.exam(examId), spare)) {
      const commandId = `${key}:${id}`;
      if (this.decidedCascades.has(commandId)) continue;
      this.decidedCascades.add(commandId);
      const current = this.attempts.find((one) => one.examId === id && one.userId === userId && one.isCurrent);
      const command = (newAttempt: NewAttempt): Command => ({ type: 'declineByCascade', newAttempt });
      this.run({ examId: id, userId, attemptId: current?.id ?? null, command });
    }
  }

  private context(
    { userId }: Addressed,
    exam: Exam,
    attempt: Attempt | null,
    answers: Answers,
    command: Command,
  ): DecisionContext {
    const mine = this.attempts.filter((one) => one.userId === userId && one.id !== attempt?.id);
    const refused = mine.filter(({ status }) => isOnboardingRefusal(status));
    return {
      now: this.now,
      rules: this.rules,
      userId,
      exam,
      provider: goldenProviderOf(attempt?.provider ?? exam.effectiveProvider),
      attempt,
      others: mine.filter(({ examId }) => examId === exam.id),
      newAttemptProvider: { name: exam.effectiveProvider, registers: true },
      refusedElsewhere: refused,
      extraTimeMins: 0,
      answers,
      ...('payload' in command ? { review: this.facts(command.payload.attemptCode ?? '') } : {}),
      ...('reviewId' in command ? { review: this.facts(command.reviewId) } : {}),
    };
  }

  private facts(code: string): ReviewFacts {
    const old = this.archive.filter((row) => row.code === code);
    const wasSubmittedOnce = old.some(({ status }) => status === 'submitted' || status === 'timed_out');
    return { archived: old.at(-1) ?? null, existing: this.reviews.get(code) ?? null, wasSubmittedOnce, reviewer: null };
  }

  private apply({ writes, archive, effects, review }: Accepted): void {
    for (const write of writes) {
      if (write.do === 'create') this.attempts = [...this.attempts, write.attempt];
      else if (write.do === 'remove') this.attempts = this.attempts.filter(({ id }) => id !== write.attempt.id);
      else this.attempts = this.attempts.map((row) => (row.id === write.after.id ? write.after : row));
      if (write.do === 'create') this.note(write.attempt);
    }
    this.archive.push(...archive);
    this.outside.add(effects);
    if (!review) return;
    const { provider, channel, reviewStatus, videoUrl, reviewedBy, rawData, attempt } = review;
    const content = { provider, channel, reviewStatus, videoUrl, reviewedBy, rawData };
    this.reviews.set(attempt.code, { reviewId: attempt.code, attemptCode: attempt.code, ...content });
  }

  private note({ examId, userId, number }: Attempt): void {
    const key = learnerExamKey(examId, userId);
    this.taken.set(key, Math.max(number, this.taken.get(key) ?? 0));
  }

  private identity(examId: number, userId: string): NewAttempt {
    this.made += 1;
    const number = 1 + (this.taken.get(learnerExamKey(examId, userId)) ?? 0);
    return { id: `a${this.made}`, code: `CODE-${this.made}`, number };
  }

  private exam(id: number): Exam {
    const exam = this.exams.find((one) => one.id === id);
    if (!exam) throw new Error(`There is no exam ${id}.`);
    return exam;
  }
}
