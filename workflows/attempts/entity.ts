import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  condition,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { AttemptActivities, DecideResult } from '../../contracts/attempts/activities';
import type { CommandRequest } from '../../contracts/attempts/commands';
import type { AttemptKey, AttemptState, AttemptView, ExamAttemptInput } from '../../contracts/attempts/messages';
import { decideOptions, questionOptions } from '../activity-options';
import { Mutex } from '../mutex';
import { AttemptDisplay } from './display';
import { EffectRunner } from './effect-runner';
import { Timer, type Wakeup } from './timer';
import { nextWakeup, canSleep } from './wakeups';

type Local = Pick<AttemptActivities, 'decide' | 'loadAttempt' | 'reopenEffect' | 'giveUpEffect' | 'raiseAttention'>;

const local = proxyLocalActivities<Local>(decideOptions);

/** The most questions a command may need answered: registration, removal and the grade switch exclude each other. */
const MAX_QUESTIONS = 3;

/** The attempt inside its workflow: a cache of the row, and the loop's decisions about waiting and closing. */
export class AttemptEntity {
  state: AttemptState = { attempt: null, version: 0, due: [], clock: { offsetMs: 0, frozenAtMs: null } };
  private readonly key: AttemptKey;
  private readonly timer = new Timer(() => this.notifyLoop());
  private readonly effects: EffectRunner;
  private readonly display = new AttemptDisplay();
  /** Local activities run one at a time: else their results would not replay in the same order. */
  private readonly mutex = new Mutex();
  private readonly callbackMutex = new Mutex();
  private loaded = false;
  private stale = false;
  private running = 0;
  private changes = 0;
  /** Changes the loop has seen. */
  private seen = 0;
  private wakeLoop: (() => void) | null = null;
  private lastChangeMs = Date.now();

  constructor(private readonly input: ExamAttemptInput) {
    this.key = { examId: input.examId, userId: input.userId, attemptNumber: input.attemptNumber };
    this.effects = new EffectRunner(
      input.timings,
      (effectId) => this.mutex.runExclusive(() => local.giveUpEffect({ effectId })),
      () => this.wake(),
    );
  }

  /** Waits for the first command's outcome; without one (woken by a signal, or the command was refused) reads the row. */
  async begin(): Promise<void> {
    await condition(() => this.loaded || this.running === 0);
    const { attempt, due } = this.state;
    if (!this.loaded || (attempt && attempt.pendingEffects > due.length)) await this.load();
  }

  /** One command: decide and write in a transaction, ask other services where needed, answer the caller. */
  async command(commandId: string, command: CommandRequest): Promise<AttemptView> {
    this.running += 1;
    try {
      const result = await this.decideWithAnswers(commandId, command);
      if (result.kind === 'refused') throw toFailure(result);
      if (result.kind === 'replayed') {
        this.stale = true;
        return result.answer;
      }
      this.adopt(result.state);
      return result.answer ?? requireAttempt(result.state);
    } finally {
      this.running -= 1;
      this.markChanged();
    }
  }

  /** As `command`, for senders that wait for no answer: a refusal is no failure. */
  async handleSignal(commandId: string, command: CommandRequest): Promise<void> {
    try {
      await this.command(commandId, command);
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
    }
  }

  /** As `handleSignal`, one at a time: reviews count in order of arrival, with or without questions in between. */
  async handleCallback(commandId: string, command: CommandRequest): Promise<void> {
    this.running += 1;
    try {
      await this.callbackMutex.runExclusive(() => this.handleSignal(commandId, command));
    } finally {
      this.running -= 1;
      this.markChanged();
    }
  }

  async retryEffect(effectId: string): Promise<AttemptView> {
    const state = await this.mutex.runExclusive(() =>
      local.reopenEffect({ key: this.key, nowMs: Date.now(), effectId }),
    );
    if (!state) throw ApplicationFailure.nonRetryable('The effect is not in state "failed".', 'effect-not-failed');
    this.adopt(state);
    this.markChanged();
    return requireAttempt(state);
  }

  wake(): void {
    this.stale = true;
    this.markChanged();
  }

  carryOver(): ExamAttemptInput {
    return { ...this.key, timings: this.input.timings };
  }

  /** The row may differ from the cache. */
  get isStale(): boolean {
    return this.stale;
  }

  /** No effect is due, the status waits for nobody, and the idle time has passed. */
  get isIdleLongEnough(): boolean {
    if (!this.isIdle()) return false;
    const requiredMs = this.state.attempt === null ? 0 : this.input.timings.idleMs;
    return Date.now() - this.lastChangeMs >= requiredMs;
  }

  /** Starts due effects, updates Temporal's UI. */
  updateDisplay(): void {
    this.seen = this.changes;
    this.effects.run(this.state.due);
    this.display.update(this.state, this.effects.pending);
  }

  /** Waits for running handlers. @returns true when nothing came in between. */
  async canClose(): Promise<boolean> {
    await condition(allHandlersFinished);
    return this.seen === this.changes && this.isIdle();
  }

  /** Sleeps until a message, an effect's end or the next deadline. @returns the fired wakeup. */
  async nextChange(): Promise<Wakeup | null> {
    if (this.seen === this.changes) {
      this.timer.set(this.nextWakeup());
      await new Promise<void>((resolve) => (this.wakeLoop = resolve));
    }
    return this.timer.takeFired();
  }

  private nextWakeup(): Wakeup | null {
    if (this.isIdle()) {
      return {
        kind: 'sleep',
        atMs: this.lastChangeMs + this.input.timings.idleMs,
        summary: 'closes when idle',
        id: 'sleep',
      };
    }
    return nextWakeup(this.state, Date.now(), this.input.timings.deadlineJitterMs);
  }

  /** Acts on a fired wakeup. */
  async onTimer(wakeup: Wakeup): Promise<void> {
    if (wakeup.kind === 'deadline') await this.handleSignal(wakeup.id, { type: 'timeOut' });
    if (wakeup.kind === 'review') {
      await this.mutex.runExclusive(() => local.raiseAttention({ key: this.key, reason: 'review-overdue' }));
      this.stale = true;
    }
  }

  /** Reads the row. */
  async load(): Promise<void> {
    this.stale = false;
    const read = await this.mutex.runExclusive(() => local.loadAttempt({ key: this.key, nowMs: Date.now() }));
    this.loaded = true;
    this.state = rank(read) < rank(this.state) ? { ...this.state, due: read.due, clock: read.clock } : read;
  }

  private async decideWithAnswers(
    commandId: string,
    command: CommandRequest,
  ): Promise<Exclude<DecideResult, { kind: 'ask' }>> {
    for (let asked = 0; asked <= MAX_QUESTIONS; asked += 1) {
      const result = await this.mutex.runExclusive(() => this.decide(commandId, command));
      if (result.kind !== 'ask') return result;
      await this.askQuestion(commandId, result.question);
    }
    throw ApplicationFailure.nonRetryable('The command asked more questions than there are.', 'internal-error');
  }

  private decide(commandId: string, command: CommandRequest): Promise<DecideResult> {
    const { version: confirmedVersion } = this.state;
    return local.decide({ key: this.key, commandId, command, nowMs: Date.now(), confirmedVersion });
  }

  private async askQuestion(commandId: string, question: string): Promise<void> {
    const options = questionOptions(this.input.timings, `ask: ${question}`);
    try {
      await proxyActivities<Pick<AttemptActivities, 'askOutside'>>(options).askOutside({ commandId, key: this.key });
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      const detail = `No answer to "${question}" in ${this.input.timings.questionTimeoutMs} ms; nothing was changed. Repeat with the same Idempotency-Key.`;
      throw ApplicationFailure.nonRetryable(detail, 'provider-unavailable');
    }
  }

  private adopt(state: AttemptState): void {
    this.loaded = true;
    if (rank(state) < rank(this.state)) return;
    this.state = state;
  }

  private markChanged(): void {
    this.lastChangeMs = Date.now();
    this.notifyLoop();
  }

  private notifyLoop(): void {
    this.changes += 1;
    this.wakeLoop?.();
    this.wakeLoop = null;
  }

  private isIdle(): boolean {
    return this.running === 0 && !this.stale && this.effects.pending === 0 && canSleep(this.state);
  }
}

function toFailure(result: Extract<DecideResult, { kind: 'refused' }>): ApplicationFailure {
  return ApplicationFailure.create({
    message: result.detail,
    type: result.code,
    nonRetryable: true,
    details: result.attemptCode ? [{ attemptCode: result.attemptCode }] : [],
  });
}

function requireAttempt(state: AttemptState): AttemptView {
  if (!state.attempt) throw ApplicationFailure.nonRetryable('There is no such attempt.', 'attempt-not-found');
  return state.attempt;
}

/** Later states rank higher; a removed attempt never comes back under its number. */
function rank({ attempt, version }: AttemptState): number {
  return attempt?.isArchived ? Number.MAX_SAFE_INTEGER : version;
}
