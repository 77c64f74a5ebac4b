import type { Knex } from 'knex';
import { type Channel, ChannelMisconfigured } from '../../clients/channels/channel';
import { channelDefinition, openChannel } from '../../clients/channels/registry';
import type { GuardedNetwork } from '../../clients/http/address-guard';
import type { SealingKeys } from '../../config/sealing-keys';
import type { ChannelStopReason } from '../../contracts/exports/activities';
import { UnsealError } from '../../db/core/sealed';
import { findConfiguration, type StoredChannel } from '../../db/exports/channels';
import { readCredentials, rotateCredentials } from '../../db/exports/credentials';
import { ChannelRateLimiter } from './channel-rate-limiter';

export interface ChannelPoolOptions {
  knex: Knex;
  network: GuardedNetwork;
  keys?: SealingKeys | undefined;
  timeoutMs: number;
  csvFolder?: string | undefined;
}

/** `channel` is null for kinds that cannot be sent to yet: their runs are dry runs. */
export interface OpenChannel {
  stored: StoredChannel;
  channel: Channel | null;
  rateLimiter: ChannelRateLimiter;
}

/** The channels this worker has open, with their tokens. A changed configuration is reopened. */
export class ChannelPool {
  private readonly opened = new Map<string, OpenChannel>();
  private readonly rateLimiters = new Map<string, ChannelRateLimiter>();

  constructor(private readonly options: ChannelPoolOptions) {}

  /** @returns why it cannot be opened, where a person has to fix that. */
  async open(configurationId: string): Promise<OpenChannel | { stop: ChannelStopReason }> {
    const stored = await findConfiguration(this.options.knex, configurationId);
    if (!stored) return { stop: 'channel-misconfigured' };
    const known = this.opened.get(configurationId);
    if (known && known.stored.modifiedAt.getTime() === stored.modifiedAt.getTime()) return known;
    try {
      const opened = await this.openAnew(stored);
      this.opened.set(configurationId, opened);
      return opened;
    } catch (error) {
      if (error instanceof ChannelMisconfigured || error instanceof UnsealError)
        return { stop: 'channel-misconfigured' };
      throw error;
    }
  }

  /** After refused credentials: the next run begins with fresh tokens. */
  forget(configurationId: string): void {
    this.opened.delete(configurationId);
  }

  /** How many channels take nothing at present, as they asked this worker for a pause. */
  countPaused(): number {
    return [...this.rateLimiters.values()].filter(({ isPaused }) => isPaused).length;
  }

  private async openAnew(stored: StoredChannel): Promise<OpenChannel> {
    const { knex, network, keys, timeoutMs, csvFolder } = this.options;
    const rateLimiter = this.rateLimiterFor(stored);
    if (channelDefinition(stored.kind) === null) return { stored, channel: null, rateLimiter };
    const credentials = keys === undefined ? null : await readCredentials(knex, stored.id, keys);
    const setup = {
      kind: stored.kind,
      baseUrl: stored.baseUrl ?? '',
      settings: stored.options,
      credentials: credentials ?? {},
    };
    const channel = openChannel(setup, {
      ...network,
      timeoutMs,
      ...(csvFolder === undefined ? {} : { csvFolder }),
      throttle: (signal) => rateLimiter.take(signal),
      credentialsChanged: async (changed) => {
        if (keys) await rotateCredentials(knex, stored.id, keys, async (before) => ({ ...before, ...changed }));
      },
    });
    return { stored, channel, rateLimiter };
  }

  private rateLimiterFor({ id, limits }: StoredChannel): ChannelRateLimiter {
    const rateLimiter = this.rateLimiters.get(id) ?? new ChannelRateLimiter(limits.requestsPerSecond);
    rateLimiter.setRate(limits.requestsPerSecond);
    this.rateLimiters.set(id, rateLimiter);
    return rateLimiter;
  }
}
