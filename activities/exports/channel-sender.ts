import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Channel } from '../../clients/channels/channel';
import { ChannelCredentialsRefused, type RecordResult } from '../../clients/channels/record-result';
import type { ChannelStopReason } from '../../contracts/exports/activities';
import { Batcher } from '../../db/core/batcher';
import type { ExportRun } from '../../db/exports/runs';
import type { OpenChannel } from './channel-pool';
import type { ExportLimits } from './dependencies';
import { reserveInLedger } from './ledger-reservation';
import { type OutgoingRecord, type RecordSender, type SendResult, toSendResult } from './outgoing-record';
import { decideRetry, isFinal, type PendingTransmission, type RetryDecision } from './retry-decision';
import { STOPPED, stoppedResult } from './transmission-results';

/** Records wait so long for a batch, which costs one ledger write and one request. */
const BATCH_DELAY_MS = 20;
/** Entries made at once for an idempotent channel; for others only what is sent, so that few are ever in doubt. */
const RESERVED_AT_ONCE = 50;
/** Pause for a busy channel that sends no Retry-After. */
const BUSY_MS = 1_000;

interface ChannelSenderOptions {
  knex: Knex;
  run: ExportRun;
  open: OpenChannel & { channel: Channel };
  limits: ExportLimits;
  /** Aborts when the page is to finish what it has started and start nothing more. */
  signal: AbortSignal;
  forget: () => void;
}

/** Null: interrupted before it was sent. */
type Result = SendResult | null;

/** Writes ledger entries, then sends: records gather into batches, sent in parallel as the channel's limits allow. */
export class ChannelSender implements RecordSender {
  /** Set once nothing more can be sent. */
  stopped: ChannelStopReason | null = null;
  private readonly reservations: Batcher<OutgoingRecord, Result>;
  private readonly requests: Batcher<PendingTransmission, Result>;
  private readonly batchSize: number;
  private readonly concurrency: number;
  /** Whether what may have arrived may be sent once more. */
  private readonly mayRepeat: boolean;
  private reserving = 0;

  constructor(private readonly options: ChannelSenderOptions) {
    const { channel, stored } = options.open;
    this.batchSize = Math.max(1, Math.min(channel.limits.batchSize, stored.limits.batchSize));
    this.concurrency = stored.limits.concurrency;
    this.mayRepeat = channel.idempotent || stored.inDoubt === 'resend';
    this.requests = new Batcher({
      work: (batch) => this.sendBatch(batch),
      maxBatch: this.batchSize,
      maxInFlight: this.concurrency,
      onEnd: () => this.reservations.next(),
    });
    this.reservations = new Batcher({
      work: (batch) => this.reserve(batch),
      maxBatch: this.reserveSize,
      delayMs: BATCH_DELAY_MS,
      room: () => this.room(),
    });
    options.signal.addEventListener('abort', () => this.flush(), { once: true });
  }

  send(outgoing: OutgoingRecord): Promise<Result> {
    return this.reservations.run(outgoing);
  }

  flush(): void {
    this.reservations.flush();
  }

  /** How many ledger entries to make at once. */
  private get reserveSize(): number {
    const { idempotent } = this.options.open.channel;
    return idempotent ? Math.max(this.batchSize, RESERVED_AT_ONCE) : this.concurrency * this.batchSize;
  }

  /** How many entries may be made now: ahead where a repeat is harmless, else no more than can be sent at once. */
  private room(): number {
    const { open, signal } = this.options;
    if (signal.aborted || this.stopped !== null) return Infinity;
    const reserved = this.reserving + this.requests.waiting;
    if (open.channel.idempotent) return reserved < 2 * this.reserveSize ? this.reserveSize : 0;
    const free = this.concurrency - this.requests.running - Math.ceil(reserved / this.batchSize);
    return Math.max(0, free) * this.batchSize;
  }

  private async reserve(batch: readonly OutgoingRecord[]): Promise<(Result | Promise<Result>)[]> {
    if (this.options.signal.aborted) return batch.map(() => null);
    if (this.stopped !== null) return batch.map(() => toSendResult(STOPPED));
    this.reserving += batch.length;
    try {
      const reserved = await reserveInLedger({ ...this.options, mayRepeat: this.mayRepeat }, batch);
      return reserved.map((one) => ('key' in one ? this.requests.add(one) : one));
    } finally {
      this.reserving -= batch.length;
      this.requests.next();
    }
  }

  private async sendBatch(batch: readonly PendingTransmission[]): Promise<(Result | Promise<Result>)[]> {
    if (this.stopped !== null) return batch.map((one) => stoppedResult(one.transmissionId, null));
    try {
      return this.applyResults(batch, await this.options.open.channel.send(batch), null);
    } catch (error) {
      if (!(error instanceof ChannelCredentialsRefused)) throw error;
      this.stopped ??= 'credentials-refused';
      this.options.forget();
      return this.applyResults(batch, error.results, error.status);
    }
  }

  /** `refusedStatus`: the channel refuses the credentials. What it took before counts, nothing else was sent. */
  private applyResults(
    batch: readonly PendingTransmission[],
    results: readonly RecordResult[],
    refusedStatus: number | null,
  ): (Result | Promise<Result>)[] {
    const byKey = new Map(results.map((result) => [result.key, result]));
    const { limits, signal } = this.options;
    return batch.map((one) => {
      const result = byKey.get(one.key);
      if (!result && refusedStatus !== null) return stoppedResult(one.transmissionId, refusedStatus);
      if (!result) throw new Error('A channel left a record without result');
      if (result.outcome === 'refused' && result.code === 'address-refused') this.stopped ??= 'channel-misconfigured';
      const decision = decideRetry(one, result, { limits, mayRepeat: this.mayRepeat, interrupted: signal.aborted });
      return isFinal(decision) ? decision.result : this.retry(one, decision);
    });
  }

  private retry(one: PendingTransmission, decision: Exclude<RetryDecision, { result: unknown }>): Promise<Result> {
    const { afterMs, wholeChannel } = decision;
    const ms = afterMs ?? BUSY_MS;
    if (!wholeChannel) return sleep(ms).then(() => this.requests.run({ ...one, tries: one.tries + 1 }));
    this.options.open.rateLimiter.pause(ms);
    return this.requests.add(one, { first: true });
  }
}
