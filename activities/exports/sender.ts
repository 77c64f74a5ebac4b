import type { Knex } from 'knex';
import { type Channel, ChannelCredentialsRefused, type RecordResult } from '../../clients/channels/channel';
import type { ChannelStop } from '../../contracts/exports/activities';
import type { ExportRun } from '../../db/exports/runs';
import { claimBatch, takeOver } from '../../db/exports/transmissions';
import type { OpenChannel } from './channel-pool';
import { type Delivered, type Delivery, ended, type Parcel } from './delivery';
import type { ExportLimits } from './dependencies';
import { isEnd, type Try, verdictOn } from './send-verdict';

/** Parcels wait so long for company: a batch costs one claim and one request. */
const LINGER_MS = 20;
/** Records of an idempotent channel claimed at once; of others only what leaves, so that few are ever in doubt. */
const CLAIMED_AT_ONCE = 50;
/** Where a busy channel does not say how long it wants to be left alone. */
const BUSY_MS = 1_000;

interface Waiting {
  parcel: Parcel;
  done: (delivered: Delivered | null) => void;
  broken: (error: unknown) => void;
}

type Claimed = Waiting & Try;

export interface SenderParts {
  knex: Knex;
  run: ExportRun;
  open: OpenChannel & { channel: Channel };
  limits: ExportLimits;
  /** Aborts when the page is to end what it has begun and begin nothing more. */
  signal: AbortSignal;
  forget: () => void;
}

/** Claims, then sends: parcels gather into batches, batches leave side by side as the channel's limits allow. */
export class Sender implements Delivery {
  /** Set once nothing more can be sent. */
  stopped: ChannelStop | null = null;
  private waiting: Waiting[] = [];
  private ready: Claimed[] = [];
  private sending = 0;
  private claiming = 0;
  private hurried = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly parts: SenderParts) {
    parts.signal.addEventListener('abort', () => this.pump(), { once: true });
  }

  send(parcel: Parcel): Promise<Delivered | null> {
    return new Promise((done, broken) => {
      this.waiting.push({ parcel, done, broken });
      this.pump();
    });
  }

  hurry(): void {
    this.hurried = true;
    this.pump();
  }

  private pump(): void {
    if (this.parts.signal.aborted) for (const { done } of this.waiting.splice(0)) done(null);
    if (this.stopped) this.giveUp();
    while (this.ready.length > 0 && this.sending < this.concurrency) {
      void this.leave(this.ready.splice(0, this.batchSize));
    }
    const room = this.room();
    if (this.waiting.length === 0 || room === 0) return;
    const enough = this.hurried ? Math.min(this.group, this.waiting.length) : this.group;
    if (Math.min(this.waiting.length, room) >= enough) void this.claim(this.waiting.splice(0, room));
    else this.timer ??= setTimeout(() => this.lingered(), LINGER_MS);
  }

  private giveUp(): void {
    for (const { done } of this.waiting.splice(0)) done(ended(STOPPED));
    for (const one of this.ready.splice(0)) one.done(ended(STOPPED, failedRow(one.transmissionId, null)));
  }

  private lingered(): void {
    this.timer = null;
    const group = this.waiting.splice(0, this.parts.signal.aborted ? 0 : this.room());
    if (group.length > 0) void this.claim(group);
  }

  /** How many are best claimed together. */
  private get group(): number {
    return this.claimsAhead ? Math.max(this.batchSize, CLAIMED_AT_ONCE) : this.concurrency * this.batchSize;
  }

  /** How many may be claimed now: ahead of the slots where a repetition is harmless, else no more than can leave at once. */
  private room(): number {
    const claimed = this.claiming + this.ready.length;
    if (this.claimsAhead) return claimed < 2 * this.group ? this.group : 0;
    const free = this.concurrency - this.sending - Math.ceil(claimed / this.batchSize);
    return Math.max(0, free) * this.batchSize;
  }

  private get claimsAhead(): boolean {
    return this.parts.open.channel.idempotent;
  }

  private async claim(group: Waiting[]): Promise<void> {
    this.claiming += group.length;
    try {
      this.ready.push(...(await this.claimed(group)));
    } catch (error) {
      for (const { broken } of group) broken(error);
    } finally {
      this.claiming -= group.length;
    }
    this.pump();
  }

  /** Those to be sent; the others are answered. */
  private async claimed(group: Waiting[]): Promise<Claimed[]> {
    const { knex, run } = this.parts;
    const found = await claimBatch(knex, {
      ...{ customerId: run.customerId, configurationId: run.configurationId, runId: run.id, level: run.level },
      ...{ again: !run.skipTransmitted, now: new Date(), claims: group.map(({ parcel }) => parcel.claim) },
    });
    const foreign = found.filter(({ state, runId }) => state === 'held' || (state === 'sending' && runId !== run.id));
    const ours = new Set(foreign.length === 0 ? [] : await this.takenOver(foreign.map((one) => one.transmissionId)));
    return group.flatMap((waiting, at) => {
      const claim = found[at];
      if (!claim) throw new Error('A claim has no answer');
      const { transmissionId, state, runId } = claim;
      const one = {
        ...waiting,
        transmissionId,
        key: this.keyOf(transmissionId, waiting.parcel),
        tries: 0,
        since: Date.now(),
      };
      if (state === 'new') return [one];
      if (state === 'sent') return this.settled(waiting, ended({ kind: runId === run.id ? 'sent' : 'unchanged' }));
      const mine = runId === run.id && state === 'sending';
      if (!mine && !ours.has(transmissionId)) return this.settled(waiting, ended(state === 'held' ? HELD : ELSEWHERE));
      return this.mayRepeat ? [one] : this.settled(waiting, heldBy(transmissionId));
    });
  }

  /** Held rows are only touched where a repetition is harmless or wanted. */
  private takenOver(ids: string[]): Promise<string[]> {
    return this.mayRepeat ? takeOver(this.parts.knex, this.parts.run.id, ids) : Promise.resolve([]);
  }

  private settled({ done }: Waiting, delivered: Delivered): [] {
    done(delivered);
    return [];
  }

  private async leave(batch: Claimed[]): Promise<void> {
    this.sending += 1;
    const { channel } = this.parts.open;
    try {
      const items = batch.map(({ key, parcel: { record, context } }) => ({ key, record, context }));
      this.judge(batch, await channel.send(items));
    } catch (error) {
      if (error instanceof ChannelCredentialsRefused) this.refused(batch, error);
      else for (const { broken } of batch) broken(error);
    } finally {
      this.sending -= 1;
    }
    this.pump();
  }

  private judge(batch: Claimed[], results: readonly RecordResult[]): void {
    const byKey = new Map(results.map((result) => [result.key, result]));
    const { limits, signal } = this.parts;
    for (const one of batch) {
      const result = byKey.get(one.key);
      if (!result) throw new Error('A channel left a record without result');
      if (result.outcome === 'refused' && result.code === 'address-refused') this.stopped ??= 'channel-misconfigured';
      const verdict = verdictOn(one, result, { limits, mayRepeat: this.mayRepeat, interrupted: signal.aborted });
      if (isEnd(verdict)) one.done(verdict.delivered);
      else this.again(one, verdict);
    }
  }

  private again(one: Claimed, { afterMs, wholeChannel }: { afterMs: number | null; wholeChannel: boolean }): void {
    const ms = afterMs ?? BUSY_MS;
    if (wholeChannel) {
      this.parts.open.pace.pause(ms);
      this.ready.unshift({ ...one });
      return;
    }
    setTimeout(() => {
      this.ready.push({ ...one, tries: one.tries + 1 });
      this.pump();
    }, ms);
  }

  /** The channel refuses us: what it took before counts, nothing else has left. */
  private refused(batch: Claimed[], error: ChannelCredentialsRefused): void {
    this.stopped ??= 'credentials-refused';
    this.parts.forget();
    const settled = new Set(error.settled.map(({ key }) => key));
    this.judge(
      batch.filter(({ key }) => settled.has(key)),
      error.settled,
    );
    const rest = batch.filter(({ key }) => !settled.has(key));
    for (const one of rest) one.done(ended(STOPPED, failedRow(one.transmissionId, error.status)));
  }

  /** Names this try's content for ever: a later transmission of the same content is another statement. */
  private keyOf(transmissionId: string, { claim }: Parcel): string {
    const { customerId, channelId } = this.parts.open.stored;
    return [customerId, channelId, claim.enrollmentId, claim.contentHash, transmissionId].join('/');
  }

  private get mayRepeat(): boolean {
    const { channel, stored } = this.parts.open;
    return channel.idempotent || stored.inDoubt === 'resend';
  }

  private get concurrency(): number {
    return this.parts.open.stored.limits.concurrency;
  }

  private get batchSize(): number {
    const { channel, stored } = this.parts.open;
    return Math.max(1, Math.min(channel.limits.batchSize, stored.limits.batchSize));
  }
}

const STOPPED = { kind: 'failed', reason: 'channel-stopped', retryable: true } as const;
const HELD = { kind: 'failed', reason: 'in-doubt', retryable: false } as const;
const ELSEWHERE = { kind: 'failed', reason: 'under-way-in-another-run', retryable: true } as const;

function heldBy(transmissionId: string): Delivered {
  const row = { transmissionId, errorMessage: 'in-doubt', statusCode: null, response: null };
  return ended(HELD, { ...row, state: 'held' });
}

function failedRow(transmissionId: string, statusCode: number | null): Delivered['settlement'] {
  return { transmissionId, state: 'failed', errorMessage: 'channel-stopped', statusCode, response: null };
}
