import { setTimeout as pause } from 'node:timers/promises';
import { purgeExpired } from '../db/requests/idempotency';
import { deliverCallbacks } from './deliver-callbacks';
import { AttemptLooks } from './look-for-attempts';
import { PublishLook } from './look-for-publishes';
import type { RelayOptions } from './relay-options';

/** Answers are kept for days, so an hour more does not matter; while there is more than a batch, every pass takes one. */
const PURGE = { everyMs: 3_600_000, batch: 10_000 };

/**
 * Delivers callbacks, and finds what is left without an owner or past its time, and wakes the owner. This makes every crash, and every
 * hand in Temporal's UI, harmless: whatever was committed is processed within the grace time. Neither one owner that can't be woken
 * nor one look that fails keeps the others from theirs.
 */
export class Relay {
  private readonly stopping = new AbortController();
  private readonly attempts: AttemptLooks;
  private readonly publishes: PublishLook | null;
  private loop: Promise<void> | undefined;
  private purgedAtMs = -Infinity;

  constructor(private readonly options: RelayOptions) {
    const { publishing, ...shared } = options;
    this.attempts = new AttemptLooks(shared);
    this.publishes = publishing ? new PublishLook({ ...shared, publishing }) : null;
  }

  start(): void {
    this.loop = this.run();
  }

  /** Resolves when the current pass is over. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  /** One pass. @returns the number of callbacks delivered and owners woken. @throws at its end, for what failed as a whole. */
  async runOnce(): Promise<number> {
    const steps = [
      () => this.purge(),
      () => deliverCallbacks(this.options),
      ...this.attempts.looks(),
      ...(this.publishes?.looks() ?? []),
    ];
    const failures: Error[] = [];
    let done = 0;
    for (const step of steps) {
      await step().then(
        (count) => (done += count),
        (error: unknown) => failures.push(error as Error),
      );
    }
    const [first] = failures;
    if (first) throw failures.length === 1 ? first : new AggregateError(failures, first.message);
    return done;
  }

  /** At the first pass and then once an hour. */
  private async purge(): Promise<number> {
    if (performance.now() - this.purgedAtMs < PURGE.everyMs) return 0;
    const purged = await purgeExpired(this.options.knex, PURGE.batch);
    if (purged < PURGE.batch) this.purgedAtMs = performance.now();
    return 0;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.runAndNote();
      await pause(this.options.intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async runAndNote(): Promise<void> {
    const { log, metrics } = this.options;
    try {
      await this.runOnce();
      metrics?.looked('ok');
    } catch (error) {
      metrics?.looked('failed');
      log.warn({ err: error }, 'relay: this pass failed, the next one tries again');
    }
  }
}
