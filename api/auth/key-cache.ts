import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { KeyTimes } from '../../config/auth-settings';
import { ApiError } from '../../contracts/api-error';

/** An issuer's keys at one time. */
export interface HeldKeys {
  /** Finds the key a token was signed with. */
  find: JWTVerifyGetKey;
  /** Until when what they verified need not be verified again. */
  countUntilMs: number;
}

/** Where the keys of one issuer come from. */
export interface KeySource {
  /** @throws ApiError `keys-unavailable` when there are none that still count. */
  current(): Promise<HeldKeys>;
  /** Keys fetched later than `known`; undefined when there are none, or it is too early to ask again. */
  newerThan(known: HeldKeys): Promise<HeldKeys | undefined>;
}

export interface KeyCacheOptions {
  fetch: () => Promise<JSONWebKeySet>;
  times: KeyTimes;
  now: () => Date;
  /** Called once per outage: the keys could not be fetched, and the last ones, if there are any, go on counting. */
  onFailure: (error: unknown) => void;
}

interface FetchedKeys {
  find: HeldKeys['find'];
  /** When they were asked for: what was withdrawn later may still be among them. */
  atMs: number;
}

/**
 * Keeps an issuer's keys and fetches them again: in the background when they have reached half of their greatest age, before
 * they are used when they are older, and at once when a token names a key that is not among them. One fetch at a time. While
 * the issuer cannot be reached the last keys count, and nobody waits for it.
 */
export class KeyCache implements KeySource {
  private held: FetchedKeys | undefined;
  private pending: Promise<void> | undefined;
  private askedAtMs: number | undefined;
  private isFailing = false;

  constructor(private readonly options: KeyCacheOptions) {}

  async current(): Promise<HeldKeys> {
    const { maxAgeMs, keepMs } = this.options.times;
    if (this.isYounger(maxAgeMs)) {
      if (!this.isYounger(maxAgeMs / 2)) this.refreshInBackground();
    } else if (this.isFailing && this.isYounger(keepMs)) {
      this.refreshInBackground();
    } else {
      await this.refresh();
    }
    if (this.held && this.isYounger(Math.max(maxAgeMs, keepMs))) return this.toHeldKeys(this.held);
    throw new ApiError('keys-unavailable', 'The issuer of the token could not be asked for its keys.');
  }

  async newerThan(known: HeldKeys): Promise<HeldKeys | undefined> {
    if (this.held?.find === known.find) await this.refresh();
    return this.held && this.held.find !== known.find ? this.toHeldKeys(this.held) : undefined;
  }

  private toHeldKeys({ find, atMs }: FetchedKeys): HeldKeys {
    const { maxAgeMs, minIntervalMs } = this.options.times;
    const tryAgainMs = (this.askedAtMs ?? atMs) + minIntervalMs;
    return { find, countUntilMs: this.isYounger(maxAgeMs) ? atMs + maxAgeMs : tryAgainMs };
  }

  private refreshInBackground(): void {
    void this.refresh();
  }

  /** Asks the issuer unless that was done a moment ago. Does not throw. */
  private async refresh(): Promise<void> {
    if (!this.pending && !this.mayAsk()) return;
    this.pending ??= this.fetchKeys().finally(() => {
      this.pending = undefined;
    });
    await this.pending;
  }

  private mayAsk(): boolean {
    const age = this.ageMs(this.askedAtMs);
    return age === undefined || age >= this.options.times.minIntervalMs;
  }

  private async fetchKeys(): Promise<void> {
    const atMs = this.options.now().getTime();
    this.askedAtMs = atMs;
    try {
      this.held = { find: createLocalJWKSet(await this.options.fetch()), atMs };
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing) this.options.onFailure(error);
      this.isFailing = true;
    }
  }

  private isYounger(limitMs: number): boolean {
    const age = this.ageMs(this.held?.atMs);
    return age !== undefined && age < limitMs;
  }

  /** Undefined when there is no such instant, or the clock was set back to before it. */
  private ageMs(sinceMs: number | undefined): number | undefined {
    const age = sinceMs === undefined ? -1 : this.options.now().getTime() - sinceMs;
    return age < 0 ? undefined : age;
  }
}
