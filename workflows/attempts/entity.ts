import { allHandlersFinished, ApplicationFailure, condition } from '@temporalio/workflow';
import type { CommandRequest, RetryEffectInput } from '../../contracts/attempts/commands';
import type { AttemptState, AttemptView, ExamAttemptInput } from '../../contracts/attempts/messages';
import { Mutex } from '../mutex';
import { AttemptCache, requireAttempt } from './cache';
import { LoopChanges } from './changes';
import { CommandRunner, toFailure } from './command-runner';
import { AttemptDisplay } from './display';
import { EffectRunner } from './effect-runner';
import { IgnoredSignals } from './ignored-signals';
import { AttemptRows } from './rows';
import type { Wakeup } from './timer';
import { nextWakeup, canSleep, sleepWakeup, timeOutCommandId } from './wakeups';

/** The attempt inside its workflow: a cache of the row, and the loop's decisions about waiting and closing. */
export class AttemptEntity {
  /** The row may differ from the cache. */
  isStale = false;
  private readonly changes = new LoopChanges();
  private readonly commands: CommandRunner;
  private readonly rows: AttemptRows;
  private readonly effects: EffectRunner;
  private readonly display = new AttemptDisplay();
  private readonly cache = new AttemptCache();
  /** Local activities run one at a time: else their results would not replay in the same order. */
  private readonly mutex = new Mutex();
  private readonly callbackMutex = new Mutex();
  private loaded = false;
  readonly ignored = new IgnoredSignals(() => this.changes.mark());
  private running = 0;

  constructor(private readonly input: ExamAttemptInput) {
    const key = { examId: input.examId, userId: input.userId, attemptNumber: input.attemptNumber };
    const wake = (): void => this.wake();
    this.commands = new CommandRunner(key, input.timings, this.mutex, () => this.state, wake);
    this.rows = new AttemptRows(key, this.mutex);
    this.effects = new EffectRunner(input.timings, (effect) => this.rows.giveUpEffect(effect), wake);
  }

  get state(): AttemptState {
    return this.cache.state;
  }

  /** Waits for the first command's outcome; without one (woken by a signal, or refused) reads the row. */
  async begin(): Promise<void> {
    await condition(() => this.loaded || this.running === 0);
    const { attempt, due } = this.state;
    if (!this.loaded || (attempt && attempt.pendingEffects > due.length)) await this.load();
  }

  /** One command: decide and write in a transaction, ask where needed, answer the caller. */
  async command(commandId: string, command: CommandRequest): Promise<AttemptView> {
    this.running += 1;
    try {
      const result = await this.commands.run(commandId, command);
      if (result.kind === 'replayed') {
        this.isStale = true;
        return result.answer;
      }
      this.loaded = true;
      this.cache.decided(result.state, command.type);
      return result.answer ?? requireAttempt(result.state);
    } finally {
      this.running -= 1;
      this.changes.mark();
    }
  }

  /** As `command`, for senders that wait for no answer: a refusal is no failure. */
  async handleSignal(commandId: string, command: CommandRequest): Promise<void> {
    try {
      await this.command(commandId, command);
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
      if (error.type === 'bad-request') this.ignored.note(`${command.type}: ${error.message}`);
    }
  }

  /** As `handleSignal`, one at a time: reviews count in order of arrival, with or without questions in between. */
  async handleCallback(commandId: string, command: CommandRequest): Promise<void> {
    this.running += 1;
    try {
      await this.callbackMutex.runExclusive(() => this.handleSignal(commandId, command));
    } finally {
      this.running -= 1;
      this.changes.mark();
    }
  }

  async retryEffect(input: RetryEffectInput): Promise<AttemptView> {
    const state = await this.rows.reopenEffect(input);
    if (state && 'kind' in state) throw toFailure(state);
    if (!state) throw ApplicationFailure.nonRetryable('The effect is not in state "failed".', 'effect-not-failed');
    this.cache.read(state);
    this.changes.mark();
    return requireAttempt(state);
  }

  wake(): void {
    this.isStale = true;
    this.changes.mark();
  }

  /** No effect is due, the status waits for nobody, and the idle time has passed. */
  get isIdleLongEnough(): boolean {
    const requiredMs = this.state.attempt === null ? 0 : this.input.timings.idleMs;
    return this.isIdle() && Date.now() - this.changes.lastMs >= requiredMs;
  }

  /** Starts due effects, updates Temporal's UI. */
  updateDisplay(): void {
    this.changes.see();
    this.effects.run(this.state.due);
    this.display.update(this.cache, this.effects.pending, this.ignored.newest);
  }

  /** Waits for running handlers. @returns true when nothing came in between. */
  async canClose(): Promise<boolean> {
    await condition(allHandlersFinished);
    return this.changes.isSeen && this.isIdle();
  }

  /** Sleeps until a message, an effect's end or the next deadline. @returns the fired wakeup. */
  nextChange(): Promise<Wakeup | null> {
    const { deadlineJitterMs, idleMs } = this.input.timings;
    return this.changes.next(() =>
      this.isIdle() ? sleepWakeup(this.changes.lastMs + idleMs) : nextWakeup(this.state, Date.now(), deadlineJitterMs),
    );
  }

  async onTimer(wakeup: Wakeup): Promise<void> {
    if (wakeup.kind === 'deadline') await this.handleSignal(timeOutCommandId(wakeup, this.state), { type: 'timeOut' });
    if (wakeup.kind !== 'review') return;
    await this.rows.markReviewOverdue();
    this.isStale = true;
  }

  async load(): Promise<void> {
    this.isStale = false;
    const read = await this.rows.read();
    this.loaded = true;
    this.cache.read(read);
  }

  private isIdle(): boolean {
    return this.running === 0 && !this.isStale && this.effects.pending === 0 && canSleep(this.state);
  }
}
