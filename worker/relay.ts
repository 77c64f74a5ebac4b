import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { AttemptGateway, PublishGateway } from '../clients/temporal/attempts';
import {
  type AttemptKey,
  type AttemptTimings,
  examAttemptWorkflowId,
  wakeSignal,
} from '../contracts/attempts/messages';
import { findOwnerRef } from '../db/attempts/refs';
import { ownersToWake } from '../db/attempts/relay';
import { markUnserved } from '../db/attempts/unserved';
import { coursesToWake } from '../db/courses/exam-saves';
import { purgeExpired } from '../db/requests/idempotency';
import { deliverCallbacks } from './deliver-callbacks';
import type { RelayMetrics } from './relay-metrics';

export interface RelayOptions {
  knex: Knex;
  gateway: Pick<AttemptGateway, 'signalWithStart'>;
  /** Absent: leftovers of publishes are not relayed. */
  publishing?: Pick<PublishGateway, 'wakePublish'>;
  timings: AttemptTimings;
  /** The names of the configured ones. Absent: attempts are not held against them. */
  providers?: readonly string[];
  /** Pause between passes. */
  intervalMs: number;
  /** How long work may wait before its owner is woken; the owner itself is usually faster. */
  graceMs: number;
  log: Logger;
  metrics?: RelayMetrics;
}

const BATCH = 200;
/** How often attempts are held against the configured providers. */
const COMPARE_EVERY_MS = 300_000;
/** Answers are kept for days, so an hour more does not matter; while there is more than a batch, every pass takes one. */
const PURGE = { everyMs: 3_600_000, batch: 10_000 };

/**
 * Delivers callbacks, and finds work without an owner (unleased effects, rows whose newest version no workflow has seen) and wakes the
 * owner. This makes every crash harmless: whatever was committed is processed within the grace time.
 */
export class Relay {
  private readonly stopping = new AbortController();
  private loop: Promise<void> | undefined;
  private purgedAtMs = -Infinity;
  private comparedAtMs = -Infinity;

  constructor(private readonly options: RelayOptions) {}

  start(): void {
    this.loop = this.run();
  }

  /** Resolves when the current pass is over. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  /** One pass. @returns the number of callbacks delivered and owners woken. */
  async runOnce(): Promise<number> {
    const { knex, graceMs } = this.options;
    await this.purge();
    const delivered = await deliverCallbacks(this.options);
    this.options.metrics?.delivered(delivered);
    await this.lookForUnserved();
    const owners = await ownersToWake(knex, { graceMs, limit: BATCH });
    for (const key of owners) await this.wake(key);
    return delivered + owners.length + (await this.wakePublishes());
  }

  /** At the first pass and then once an hour. */
  private async purge(): Promise<void> {
    if (performance.now() - this.purgedAtMs < PURGE.everyMs) return;
    const purged = await purgeExpired(this.options.knex, PURGE.batch);
    if (purged < PURGE.batch) this.purgedAtMs = performance.now();
  }

  /** At the first pass and then every few minutes: who configured a provider anew, or dropped one, started this process. */
  private async lookForUnserved(): Promise<void> {
    const { knex, providers: configured } = this.options;
    if (!configured || performance.now() - this.comparedAtMs < COMPARE_EVERY_MS) return;
    const changed = await markUnserved(knex, { configured, limit: BATCH });
    for (const key of changed) await this.wake(key);
    if (changed.length < BATCH) this.comparedAtMs = performance.now();
  }

  private async wakePublishes(): Promise<number> {
    const { knex, publishing, graceMs, timings } = this.options;
    if (!publishing) return 0;
    const courses = await coursesToWake(knex, { graceMs, limit: BATCH });
    for (const courseId of courses) {
      await publishing.wakePublish(courseId, timings);
      this.options.metrics?.woke();
    }
    return courses.length;
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

  private async wake(key: AttemptKey): Promise<void> {
    const { knex, gateway, timings, log, metrics } = this.options;
    const ref = await findOwnerRef(knex, key);
    if (!ref) return;
    await gateway.signalWithStart(ref, wakeSignal, [], timings);
    metrics?.woke();
    log.info({ workflowId: examAttemptWorkflowId(key) }, 'relay: woke the owner of work that was left');
  }
}
