import { purgeExpired } from '../db/requests/idempotency';
import { deliverCallbacks } from './deliver-callbacks';
import { AttemptLooks } from './look-for-attempts';
import { PublishLook } from './look-for-publishes';
import type { RelayOptions } from './relay-options';
import { RepeatedPass } from './repeated-pass';

/** Answers are kept for days, so an hour more does not matter; while there is more than a batch, every pass takes one. */
const PURGE = { everyMs: 3_600_000, batch: 10_000 };

/**
 * Delivers callbacks, and finds what is left without an owner or past its time, and wakes the owner. This makes every crash, and every
 * hand in Temporal's UI, harmless: whatever was committed is processed within the grace time. Neither one owner that can't be woken
 * nor one look that fails keeps the others from theirs.
 */
export class Relay {
  private readonly passes: RepeatedPass;
  private readonly attempts: AttemptLooks;
  private readonly publishes: PublishLook | null;
  private purgedAtMs = -Infinity;

  constructor(private readonly options: RelayOptions) {
    const { publishing, ...shared } = options;
    const { log, metrics, intervalMs } = options;
    this.passes = new RepeatedPass({
      name: 'relay',
      pass: () => this.runOnce(),
      log,
      onEnd: (result) => metrics?.looked(result),
      pauseMs: () => intervalMs,
    });
    this.attempts = new AttemptLooks(shared);
    this.publishes = publishing ? new PublishLook({ ...shared, publishing }) : null;
  }

  start(): void {
    this.passes.start();
  }

  /** Resolves when the current pass is over. */
  stop(): Promise<void> {
    return this.passes.stop();
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
}
