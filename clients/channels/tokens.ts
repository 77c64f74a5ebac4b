import type { ChannelKind } from '../../domain/exports/model';
import { whileNotAborted } from '../http/deadline';
import { ChannelCredentialsRefused } from './channel';
import { requireAccepted, type Exchange, type ChannelResponse, jsonOf, type ChannelRequest } from './channel-http';
import { ChannelBusy, ChannelRejection } from './rejection';

/** Identities whose tokens are kept; the oldest go first. SAP has one per learner. */
const MAX_CACHED = 1000;
/** A token is renewed this long before it ends, or after nine tenths of its life, whichever is later. */
const RENEWAL_MARGIN_MS = 30_000;

interface CachedToken {
  value: string;
  renewAt: number;
}

export interface TokenOptions {
  kind: ChannelKind;
  exchange: Exchange;
  now: () => number;
  /** The request for an identity's token. */
  request: (identity: string) => ChannelRequest;
  /** True where a refusal may concern the identity alone (a learner's own token), not the credentials. */
  perLearner: boolean;
}

/** Access tokens, one per identity and one request for it at a time; their values appear in headers only. */
export class Tokens {
  private readonly cache = new Map<string, CachedToken>();
  private readonly pending = new Map<string, Promise<string>>();

  constructor(private readonly options: TokenOptions) {}

  /** `fresh`: fetched by this call, so that another one would not help if it is refused. */
  async getToken(identity: string, signal: AbortSignal): Promise<{ value: string; fresh: boolean }> {
    const cached = this.cache.get(identity);
    if (cached && this.options.now() < cached.renewAt) return { value: cached.value, fresh: false };
    const request = this.pending.get(identity) ?? this.fetchShared(identity);
    const value = await whileNotAborted(request, signal).catch((error: unknown) => {
      throw signal.aborted
        ? new ChannelRejection('cancelled', 'given up before it was sent', { retryable: true })
        : error;
    });
    return { value, fresh: true };
  }

  /** With the refused value: a token renewed meanwhile by another record is kept. */
  forget(identity: string, value: string): void {
    if (this.cache.get(identity)?.value === value) this.cache.delete(identity);
  }

  /** Without a caller's signal: the token is for all who wait. */
  private fetchShared(identity: string): Promise<string> {
    const request = this.fetchToken(identity, new AbortController().signal).finally(() =>
      this.pending.delete(identity),
    );
    this.pending.set(identity, request);
    return request;
  }

  private async fetchToken(identity: string, signal: AbortSignal): Promise<string> {
    const { exchange, request, now } = this.options;
    const response = await exchange.send(request(identity), signal).catch((error: unknown) => {
      throw tokenRejectionOf(error);
    });
    this.checkCredentials(response);
    const { value, lifeMs } = parseToken(response);
    this.store(identity, { value, renewAt: now() + lifeMs - Math.min(RENEWAL_MARGIN_MS, lifeMs / 10) });
    return value;
  }

  private checkCredentials({ status, ...response }: ChannelResponse): void {
    if (status !== 400 && status !== 401 && status !== 403) return;
    const named = CREDENTIAL_ERRORS.has(String(readMember(jsonOf({ status, ...response }), 'error')));
    if (named || (status !== 400 && !this.options.perLearner))
      throw new ChannelCredentialsRefused(this.options.kind, status);
  }

  private store(identity: string, token: CachedToken): void {
    this.cache.delete(identity);
    this.cache.set(identity, token);
    const [oldest] = this.cache.keys();
    if (this.cache.size > MAX_CACHED && oldest !== undefined) this.cache.delete(oldest);
  }
}

/** RFC 6749 5.2: the errors that name the client or its grant, not the one request. */
const CREDENTIAL_ERRORS = new Set(['invalid_client', 'unauthorized_client', 'invalid_grant']);

/**
 * A 200 without both token and life is no token (golden <channel>/pass/token-200-*): counted as sent there, a failure here.
 */
function parseToken(response: ChannelResponse): { value: string; lifeMs: number } {
  try {
    const body = jsonOf(requireAccepted(response, false));
    const value = readMember(body, 'access_token');
    const life = readMember(body, 'expires_in');
    if (typeof value === 'string' && value !== '' && typeof life === 'number') return { value, lifeMs: life * 1000 };
  } catch (error) {
    throw tokenRejectionOf(error);
  }
  throw new ChannelRejection('token', `a malformed token answer (${response.status})`, {
    retryable: true,
    status: response.status,
  });
}

/** Without a token the record itself was not sent, whatever happened to the token. */
function tokenRejectionOf(error: unknown): unknown {
  if (!(error instanceof ChannelRejection) || error instanceof ChannelBusy) return error;
  if (error.code === 'cancelled' || error.code === 'address-refused') return error;
  const { status } = error.details;
  const retryable = error.details.retryable ?? false;
  return new ChannelRejection('token', `no token: ${error.message}`, {
    retryable,
    ...(status === undefined ? {} : { status }),
  });
}

function readMember(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
}

/** The work on one record under one token: a token held from before is renewed once when it is refused. */
export class Session {
  private token: { value: string; fresh: boolean } | null = null;

  constructor(
    private readonly tokens: Tokens,
    private readonly exchange: Exchange,
    private readonly identity: string,
    private readonly signal: AbortSignal,
  ) {}

  async send(outgoing: ChannelRequest): Promise<ChannelResponse> {
    this.token ??= await this.tokens.getToken(this.identity, this.signal);
    const response = await this.authorised(outgoing, this.token.value);
    if (response.status !== 401) return response;
    this.tokens.forget(this.identity, this.token.value);
    if (this.token.fresh) return response;
    this.token = await this.tokens.getToken(this.identity, this.signal);
    return this.authorised(outgoing, this.token.value);
  }

  private authorised(outgoing: ChannelRequest, token: string): Promise<ChannelResponse> {
    const headers = { ...outgoing.headers, authorization: `Bearer ${token}` };
    return this.exchange.send({ ...outgoing, headers }, this.signal);
  }
}
