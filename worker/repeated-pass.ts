import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';

export interface RepeatedPassOptions {
  /** Stands in front of what is logged. */
  name: string;
  pass: () => Promise<unknown>;
  log: Logger;
  /** Told how each pass ended. */
  onEnd?: ((result: 'ok' | 'failed') => void) | undefined;
  /** Before the next pass; asked for anew each time. */
  pauseMs: () => number;
  /** Before the first one; 0 unless given. */
  firstPauseMs?: number;
}

/** Something a worker does again and again until it stops. A pass that fails is logged, and the next one tries again. */
export class RepeatedPass {
  private readonly stopping = new AbortController();
  private loop: Promise<void> | undefined;

  constructor(private readonly options: RepeatedPassOptions) {}

  start(): void {
    this.loop = this.run();
  }

  /** Resolves when the current pass is over. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Resolves after so long, or at once when it stops. */
  rest(ms: number): Promise<void> {
    return pause(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private async run(): Promise<void> {
    const { firstPauseMs = 0, pauseMs } = this.options;
    if (firstPauseMs > 0) await this.rest(firstPauseMs);
    while (!this.isStopping) {
      await this.passAndNote();
      await this.rest(pauseMs());
    }
  }

  private async passAndNote(): Promise<void> {
    const { name, pass, log, onEnd } = this.options;
    try {
      await pass();
      onEnd?.('ok');
    } catch (error) {
      onEnd?.('failed');
      log.warn({ err: error }, `${name}: this pass failed, the next one tries again`);
    }
  }
}
