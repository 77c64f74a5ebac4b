import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  condition,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { AttemptActivities, CommandRequest, DecideResult } from '../../contracts/attempts/activities';
import type { AttemptKey, AttemptState, AttemptView, ExamAttemptInput } from '../../contracts/attempts/messages';
import { decideOptions, questionOptions } from '../activity-options';
import { Alarm, type Wait } from './timer';
import { EffectRunner } from './effect-runner';
import { Shown } from './display';
import { Turns } from '../mutex';
import { nextWait, sleeps } from './waits';

type Local = Pick<AttemptActivities, 'decide' | 'loadAttempt' | 'reopenEffect' | 'giveUpEffect' | 'raiseAttention'>;

const local = proxyLocalActivities<Local>(decideOptions);

/** How often a command may have to ask before it can be judged: registration, removal and the grade switch exclude each other. */
const MOST_QUESTIONS = 3;

/** The attempt inside its workflow: a cache of the row, and the loop's decisions about waiting and closing. */
export class AttemptEntity {
  state: AttemptState = { attempt: null, version: 0, due: [], clock: { offsetMs: 0, frozenAtMs: null } };
  private readonly key: AttemptKey;
  private readonly alarm = new Alarm(() => this.noticed());
  private readonly effects: EffectRunner;
  private readonly shown = new Shown();
  /** Every local activity takes its turn: their results would not replay in the order in which they came. */
  private readonly turns = new Turns();
  private readonly callbacks = new Turns();
  private loaded = false;
  private stale = false;
  private running = 0;
  private changes = 0;
  /** Changes the loop has seen. */
  private seen = 0;
  private wakeLoop: (() => void) | null = null;
  private busyAtMs = Date.now();

  constructor(private readonly input: ExamAttemptInput) {
    this.key = { examId: input.examId, userId: input.userId, attemptNumber: input.attemptNumber };
    this.effects = new EffectRunner(
      input.timings,
      (effectId) => this.turns.take(() => local.giveUpEffect({ effectId })),
      () => this.wake(),
    );
  }

  /** Waits for the first command's outcome; without one (woken by a signal, or the command was refused) reads the row. */
  async begin(): Promise<void> {
    await condition(() => this.loaded || this.running === 0);
    const { attempt, due } = this.state;
    if (!this.loaded || (attempt && attempt.pendingEffects > due.length)) await this.load();
  }

  /** One command: judge and write in a transaction, ask outside where the rules want to, answer the caller. */
  async command(commandId: string, command: CommandRequest): Promise<AttemptView> {
    this.running += 1;
    try {
      const result = await this.judge(commandId, command);
      if (result.kind === 'refused') throw refusal(result);
      if (result.kind === 'replayed') {
        this.stale = true;
        return result.answer;
      }
      this.adopt(result.state);
      return result.answer ?? present(result.state);
    } finally {
      this.running -= 1;
      this.changed();
    }
  }

  /** As `command`, for senders that wait for no answer: a refusal is an outcome, not a failure. */
  async signalled(commandId: string, command: CommandRequest): Promise<void> {
    try {
      await this.command(commandId, command);
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
    }
  }

  /** As `signalled`, one after the other: reviews count in the order in which they came, questions in between or not. */
  async callback(commandId: string, command: CommandRequest): Promise<void> {
    this.running += 1;
    try {
      await this.callbacks.take(() => this.signalled(commandId, command));
    } finally {
      this.running -= 1;
      this.changed();
    }
  }

  async retryEffect(effectId: string): Promise<AttemptView> {
    const state = await this.turns.take(() => local.reopenEffect({ key: this.key, nowMs: Date.now(), effectId }));
    if (!state) throw ApplicationFailure.nonRetryable('The effect is not in state "failed".', 'effect-not-failed');
    this.adopt(state);
    this.changed();
    return present(state);
  }

  wake(): void {
    this.stale = true;
    this.changed();
  }

  carryOver(): ExamAttemptInput {
    return { ...this.key, timings: this.input.timings };
  }

  /** The row may say something else than the cache. */
  get isStale(): boolean {
    return this.stale;
  }

  /** Nothing is left: no effect due, a status that waits for nobody, and quiet for the idle time. */
  get hasRested(): boolean {
    if (!this.isIdle()) return false;
    const restMs = this.state.attempt === null ? 0 : this.input.timings.idleMs;
    return Date.now() - this.busyAtMs >= restMs;
  }

  /** Sees to what is due and tells Temporal's UI. */
  show(): void {
    this.seen = this.changes;
    this.effects.run(this.state.due);
    this.shown.update(this.state, this.effects.pending);
  }

  /** Waits for the answers under way. @returns true when nothing came in between. */
  async mayClose(): Promise<boolean> {
    await condition(allHandlersFinished);
    return this.seen === this.changes && this.isIdle();
  }

  /** Sleeps until a message, an effect's end or the next deadline. @returns the deadline that rang. */
  async nextChange(): Promise<Wait | null> {
    if (this.seen === this.changes) {
      this.alarm.set(this.wait());
      await new Promise<void>((resolve) => (this.wakeLoop = resolve));
    }
    return this.alarm.takeRung();
  }

  private wait(): Wait | null {
    if (this.isIdle()) {
      return {
        kind: 'sleep',
        atMs: this.busyAtMs + this.input.timings.idleMs,
        summary: 'closes when idle',
        id: 'sleep',
      };
    }
    return nextWait(this.state, Date.now(), this.input.timings.deadlineJitterMs);
  }

  /** What a deadline asks for. */
  async onAlarm(wait: Wait): Promise<void> {
    if (wait.kind === 'deadline') await this.signalled(wait.id, { type: 'timeOut' });
    if (wait.kind === 'review') {
      await this.turns.take(() => local.raiseAttention({ key: this.key, reason: 'review-overdue' }));
      this.stale = true;
    }
  }

  /** Reads the row. */
  async load(): Promise<void> {
    this.stale = false;
    const read = await this.turns.take(() => local.loadAttempt({ key: this.key, nowMs: Date.now() }));
    this.loaded = true;
    this.state = rank(read) < rank(this.state) ? { ...this.state, due: read.due, clock: read.clock } : read;
  }

  private async judge(commandId: string, command: CommandRequest): Promise<Exclude<DecideResult, { kind: 'ask' }>> {
    for (let asked = 0; asked <= MOST_QUESTIONS; asked += 1) {
      const result = await this.turns.take(() => this.decide(commandId, command));
      if (result.kind !== 'ask') return result;
      await this.ask(commandId, result.question);
    }
    throw ApplicationFailure.nonRetryable('The command asked more questions than there are.', 'internal-error');
  }

  private decide(commandId: string, command: CommandRequest): Promise<DecideResult> {
    const { version: confirmedVersion } = this.state;
    return local.decide({ key: this.key, commandId, command, nowMs: Date.now(), confirmedVersion });
  }

  private async ask(commandId: string, question: string): Promise<void> {
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

  private changed(): void {
    this.busyAtMs = Date.now();
    this.noticed();
  }

  private noticed(): void {
    this.changes += 1;
    this.wakeLoop?.();
    this.wakeLoop = null;
  }

  private isIdle(): boolean {
    return this.running === 0 && !this.stale && this.effects.pending === 0 && sleeps(this.state);
  }
}

function refusal(result: Extract<DecideResult, { kind: 'refused' }>): ApplicationFailure {
  return ApplicationFailure.create({
    message: result.detail,
    type: result.code,
    nonRetryable: true,
    details: result.attemptCode ? [{ attemptCode: result.attemptCode }] : [],
  });
}

function present(state: AttemptState): AttemptView {
  if (!state.attempt) throw ApplicationFailure.nonRetryable('There is no such attempt.', 'attempt-not-found');
  return state.attempt;
}

/** Later states rank higher; a removed attempt never comes back under its number. */
function rank({ attempt, version }: AttemptState): number {
  return attempt?.isArchived ? Number.MAX_SAFE_INTEGER : version;
}
