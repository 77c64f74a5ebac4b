import type { Knex } from 'knex';
import type { Channel } from '../../clients/channels/channel';
import { ChannelCredentialsRefused, type RecordResult } from '../../clients/channels/record-result';
import type { ChannelStopReason } from '../../contracts/exports/activities';
import type { ExportRun } from '../../db/exports/runs';
import { takeOver } from '../../db/exports/transmission-results';
import { reserveBatch } from '../../db/exports/transmissions';
import type { OpenChannel } from './channel-pool';
import type { ExportLimits } from './dependencies';
import { type SendResult, type RecordSender, toSendResult, type OutgoingRecord } from './outgoing-record';
import { isFinal, type PendingTransmission, decideRetry } from './retry-decision';
import { ELSEWHERE, failedTransmission, HELD, heldResult, STOPPED } from './transmission-results';

/** Records wait so long for a batch, which costs one ledger write and one request. */
const BATCH_DELAY_MS = 20;
/** Entries made at once for an idempotent channel; for others only what is sent, so that few are ever in doubt. */
const RESERVED_AT_ONCE = 50;
/** Pause for a busy channel that sends no Retry-After. */
const BUSY_MS = 1_000;

interface WaitingRecord {
  outgoing: OutgoingRecord;
  resolve: (result: SendResult | null) => void;
  reject: (error: unknown) => void;
}

type ReservedRecord = WaitingRecord & PendingTransmission;

export interface ChannelSenderOptions {
  knex: Knex;
  run: ExportRun;
  open: OpenChannel & { channel: Channel };
  limits: ExportLimits;
  /** Aborts when the page is to finish what it has started and start nothing more. */
  signal: AbortSignal;
  forget: () => void;
}

/** Writes ledger entries, then sends: records gather into batches, sent in parallel as the channel's limits allow. */
export class ChannelSender implements RecordSender {
  /** Set once nothing more can be sent. */
  stopped: ChannelStopReason | null = null;
  private waiting: WaitingRecord[] = [];
  private ready: ReservedRecord[] = [];
  private sending = 0;
  private reserving = 0;
  private flushed = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: ChannelSenderOptions) {
    options.signal.addEventListener('abort', () => this.pump(), { once: true });
  }

  send(outgoing: OutgoingRecord): Promise<SendResult | null> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ outgoing, resolve, reject });
      this.pump();
    });
  }

  flush(): void {
    this.flushed = true;
    this.pump();
  }

  private pump(): void {
    if (this.options.signal.aborted) for (const { resolve } of this.waiting.splice(0)) resolve(null);
    if (this.stopped) this.failAll();
    while (this.ready.length > 0 && this.sending < this.concurrency) {
      void this.sendBatch(this.ready.splice(0, this.batchSize));
    }
    const capacity = this.capacity();
    if (this.waiting.length === 0 || capacity === 0) return;
    const enough = this.flushed ? Math.min(this.reserveSize, this.waiting.length) : this.reserveSize;
    if (Math.min(this.waiting.length, capacity) >= enough) void this.reserve(this.waiting.splice(0, capacity));
    else this.timer ??= setTimeout(() => this.onBatchDelay(), BATCH_DELAY_MS);
  }

  private failAll(): void {
    for (const { resolve } of this.waiting.splice(0)) resolve(toSendResult(STOPPED));
    for (const one of this.ready.splice(0))
      one.resolve(toSendResult(STOPPED, failedTransmission(one.transmissionId, null)));
  }

  private onBatchDelay(): void {
    this.timer = null;
    const group = this.waiting.splice(0, this.options.signal.aborted ? 0 : this.capacity());
    if (group.length > 0) void this.reserve(group);
  }

  /** How many ledger entries to make at once. */
  private get reserveSize(): number {
    return this.reservesAhead ? Math.max(this.batchSize, RESERVED_AT_ONCE) : this.concurrency * this.batchSize;
  }

  /** How many entries may be made now: ahead where a repeat is harmless, else no more than can be sent at once. */
  private capacity(): number {
    const reserved = this.reserving + this.ready.length;
    if (this.reservesAhead) return reserved < 2 * this.reserveSize ? this.reserveSize : 0;
    const free = this.concurrency - this.sending - Math.ceil(reserved / this.batchSize);
    return Math.max(0, free) * this.batchSize;
  }

  private get reservesAhead(): boolean {
    return this.options.open.channel.idempotent;
  }

  private async reserve(group: WaitingRecord[]): Promise<void> {
    this.reserving += group.length;
    try {
      this.ready.push(...(await this.reserveEntries(group)));
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      this.reserving -= group.length;
    }
    this.pump();
  }

  /** Those to be sent; the others are resolved. */
  private async reserveEntries(group: WaitingRecord[]): Promise<ReservedRecord[]> {
    const { knex, run } = this.options;
    const found = await reserveBatch(knex, {
      customerId: run.customerId,
      configurationId: run.configurationId,
      runId: run.id,
      level: run.level,
      resend: !run.skipTransmitted,
      now: new Date(),
      entries: group.map(({ outgoing }) => outgoing.ledgerEntry),
    });
    const foreign = found.filter(({ state, runId }) => state === 'held' || (state === 'sending' && runId !== run.id));
    const ours = new Set(foreign.length === 0 ? [] : await this.takeOverHeld(foreign.map((one) => one.transmissionId)));
    return group.flatMap((waiting, at) => {
      const entry = found[at];
      if (!entry) throw new Error('A ledger entry has no answer');
      const { transmissionId, state, runId } = entry;
      const one = {
        ...waiting,
        transmissionId,
        key: this.keyOf(transmissionId, waiting.outgoing),
        tries: 0,
        since: Date.now(),
      };
      if (state === 'new') return [one];
      if (state === 'sent')
        return this.resolveWith(waiting, toSendResult({ kind: runId === run.id ? 'sent' : 'unchanged' }));
      const mine = runId === run.id && state === 'sending';
      if (!mine && !ours.has(transmissionId))
        return this.resolveWith(waiting, toSendResult(state === 'held' ? HELD : ELSEWHERE));
      return this.mayRepeat ? [one] : this.resolveWith(waiting, heldResult(transmissionId));
    });
  }

  /** Held rows are only changed where a repeat is harmless or wanted. */
  private takeOverHeld(ids: string[]): Promise<string[]> {
    return this.mayRepeat ? takeOver(this.options.knex, this.options.run.id, ids) : Promise.resolve([]);
  }

  private resolveWith({ resolve }: WaitingRecord, result: SendResult): [] {
    resolve(result);
    return [];
  }

  private async sendBatch(batch: ReservedRecord[]): Promise<void> {
    this.sending += 1;
    const { channel } = this.options.open;
    try {
      const items = batch.map(({ key, outgoing: { payload } }) => ({ key, payload }));
      this.applyResults(batch, await channel.send(items));
    } catch (error) {
      if (error instanceof ChannelCredentialsRefused) this.onCredentialsRefused(batch, error);
      else for (const { reject } of batch) reject(error);
    } finally {
      this.sending -= 1;
    }
    this.pump();
  }

  private applyResults(batch: ReservedRecord[], results: readonly RecordResult[]): void {
    const byKey = new Map(results.map((result) => [result.key, result]));
    const { limits, signal } = this.options;
    for (const one of batch) {
      const result = byKey.get(one.key);
      if (!result) throw new Error('A channel left a record without result');
      if (result.outcome === 'refused' && result.code === 'address-refused') this.stopped ??= 'channel-misconfigured';
      const decision = decideRetry(one, result, { limits, mayRepeat: this.mayRepeat, interrupted: signal.aborted });
      if (isFinal(decision)) one.resolve(decision.result);
      else this.retry(one, decision);
    }
  }

  private retry(
    one: ReservedRecord,
    { afterMs, wholeChannel }: { afterMs: number | null; wholeChannel: boolean },
  ): void {
    const ms = afterMs ?? BUSY_MS;
    if (wholeChannel) {
      this.options.open.rateLimiter.pause(ms);
      this.ready.unshift({ ...one });
      return;
    }
    setTimeout(() => {
      this.ready.push({ ...one, tries: one.tries + 1 });
      this.pump();
    }, ms);
  }

  /** The channel refuses the credentials: what it took before counts, nothing else was sent. */
  private onCredentialsRefused(batch: ReservedRecord[], error: ChannelCredentialsRefused): void {
    this.stopped ??= 'credentials-refused';
    this.options.forget();
    const known = new Set(error.results.map(({ key }) => key));
    this.applyResults(
      batch.filter(({ key }) => known.has(key)),
      error.results,
    );
    const rest = batch.filter(({ key }) => !known.has(key));
    for (const one of rest) one.resolve(toSendResult(STOPPED, failedTransmission(one.transmissionId, error.status)));
  }

  /** Identifies this try's content for ever: a later transmission of the same content gets another key. */
  private keyOf(transmissionId: string, { ledgerEntry }: OutgoingRecord): string {
    const { customerId, channelId } = this.options.open.stored;
    return [customerId, channelId, ledgerEntry.enrollmentId, ledgerEntry.contentHash, transmissionId].join('/');
  }

  private get mayRepeat(): boolean {
    const { channel, stored } = this.options.open;
    return channel.idempotent || stored.inDoubt === 'resend';
  }

  private get concurrency(): number {
    return this.options.open.stored.limits.concurrency;
  }

  private get batchSize(): number {
    const { channel, stored } = this.options.open;
    return Math.max(1, Math.min(channel.limits.batchSize, stored.limits.batchSize));
  }
}
