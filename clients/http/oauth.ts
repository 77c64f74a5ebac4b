import { whileNotAborted } from './deadline';
import { type HttpResponse, parseJson, readField } from './transport';

export interface AccessToken {
  /** The Authorization header: scheme and token. */
  authorization: string;
  lifeMs: number;
}

/** The token of an answer (RFC 6749 5.1); null when the token or its life is missing. */
export function accessTokenOf(
  { text }: HttpResponse,
  { scheme = 'Bearer', usualLifeMs }: TokenForm = {},
): AccessToken | null {
  const body = parseJson(text);
  const value = readField(body, 'access_token');
  const lifeMs = lifeOf(readField(body, 'expires_in')) ?? usualLifeMs;
  if (typeof value !== 'string' || value === '' || lifeMs === undefined) return null;
  return { authorization: `${scheme} ${value}`, lifeMs };
}

interface TokenForm {
  scheme?: string | undefined;
  /** For issuers that do not say it, or as text: RFC 6749 only recommends `expires_in`. Absent: such tokens are none. */
  usualLifeMs?: number;
}

/** Only a number says it. */
function lifeOf(seconds: unknown): number | undefined {
  return typeof seconds === 'number' ? seconds * 1000 : undefined;
}

/** Identities whose tokens are kept; the oldest go first. */
const MAX_CACHED = 1000;
/** A token is renewed this long before it ends, or after nine tenths of its life, whichever is later. */
const RENEWAL_MARGIN_MS = 30_000;

interface HeldToken {
  authorization: string;
  /** Fetched by this call, so that another one would not help if it is refused. */
  fresh: boolean;
}

/** Access tokens, one per identity and one request for it at a time; their values appear in headers only. */
export class TokenCache {
  private readonly cache = new Map<string, { authorization: string; renewAt: number }>();
  private readonly pending = new Map<string, Promise<string>>();

  /** `fetchToken` has no caller's signal: the token is for all who wait. */
  constructor(
    private readonly fetchToken: (identity: string) => Promise<AccessToken>,
    private readonly now: () => number = Date.now,
  ) {}

  /** @throws DeadlineError when the signal aborts, and what `fetchToken` throws */
  async get(identity: string, signal: AbortSignal): Promise<HeldToken> {
    const cached = this.cache.get(identity);
    if (cached && this.now() < cached.renewAt) return { authorization: cached.authorization, fresh: false };
    const request = this.pending.get(identity) ?? this.fetchShared(identity);
    return { authorization: await whileNotAborted(request, signal), fresh: true };
  }

  /** With the refused value: a token renewed meanwhile by another call is kept. */
  forget(identity: string, authorization: string): void {
    if (this.cache.get(identity)?.authorization === authorization) this.cache.delete(identity);
  }

  private fetchShared(identity: string): Promise<string> {
    const request = this.fetchAndStore(identity).finally(() => this.pending.delete(identity));
    this.pending.set(identity, request);
    return request;
  }

  private async fetchAndStore(identity: string): Promise<string> {
    const { authorization, lifeMs } = await this.fetchToken(identity);
    const renewAt = this.now() + lifeMs - Math.min(RENEWAL_MARGIN_MS, lifeMs / 10);
    this.cache.delete(identity);
    this.cache.set(identity, { authorization, renewAt });
    const [oldest] = this.cache.keys();
    if (this.cache.size > MAX_CACHED && oldest !== undefined) this.cache.delete(oldest);
    return authorization;
  }
}

/** One piece of work under one token, which is renewed once when it is refused. */
export class TokenSession {
  private token: HeldToken | null = null;

  constructor(
    private readonly tokens: TokenCache,
    private readonly identity: string,
    private readonly signal: AbortSignal,
    /** Whether a token that was fetched for this very work is renewed too. */
    private readonly renewsFresh = false,
  ) {}

  async send(exchangeUnder: (authorization: string) => Promise<HttpResponse>): Promise<HttpResponse> {
    this.token ??= await this.tokens.get(this.identity, this.signal);
    const response = await exchangeUnder(this.token.authorization);
    if (response.status !== 401) return response;
    this.tokens.forget(this.identity, this.token.authorization);
    if (this.token.fresh && !this.renewsFresh) return response;
    this.token = await this.tokens.get(this.identity, this.signal);
    return exchangeUnder(this.token.authorization);
  }
}
