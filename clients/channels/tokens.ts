import { whileNotAborted } from '../http/deadline';
import type { ChannelKind } from '../../domain/exports/model';
import { ChannelCredentialsRefused } from './channel';
import { Busy, Refusal } from './refusal';
import { accepted, type Exchange, type Incoming, jsonOf, type Outgoing } from './exchange';

/** Identities whose tokens are kept; the oldest go first. SAP has one per learner. */
const KEPT = 1000;
/** A token is renewed this long before it ends, or after nine tenths of its life, whichever is later. */
const RENEWAL_MARGIN_MS = 30_000;

interface Held {
  value: string;
  renewAt: number;
}

export interface TokenOptions {
  kind: ChannelKind;
  exchange: Exchange;
  now: () => number;
  /** How the token of an identity is asked for. */
  request: (identity: string) => Outgoing;
  /** True where a refusal may concern the identity alone (a learner's own token), not the credentials. */
  perLearner: boolean;
}

/** Access tokens, one per identity and one request for it at a time; their values never leave but in headers. */
export class Tokens {
  private readonly held = new Map<string, Held>();
  private readonly pending = new Map<string, Promise<string>>();

  constructor(private readonly options: TokenOptions) {}

  /** `fresh`: asked for by this call, so that a refusal of it is not cured by another one. */
  async lease(identity: string, signal: AbortSignal): Promise<{ value: string; fresh: boolean }> {
    const held = this.held.get(identity);
    if (held && this.options.now() < held.renewAt) return { value: held.value, fresh: false };
    const asked = this.pending.get(identity) ?? this.ask(identity);
    const value = await whileNotAborted(asked, signal).catch((error: unknown) => {
      throw signal.aborted ? new Refusal('cancelled', 'given up before it was sent', { retryable: true }) : error;
    });
    return { value, fresh: true };
  }

  /** With the refused value: a token renewed meanwhile by another record is kept. */
  forget(identity: string, value: string): void {
    if (this.held.get(identity)?.value === value) this.held.delete(identity);
  }

  /** Under no caller's signal: the token is for all who wait. */
  private ask(identity: string): Promise<string> {
    const asked = this.fetched(identity, new AbortController().signal).finally(() => this.pending.delete(identity));
    this.pending.set(identity, asked);
    return asked;
  }

  private async fetched(identity: string, signal: AbortSignal): Promise<string> {
    const { exchange, request, now } = this.options;
    const answer = await exchange.send(request(identity), signal).catch((error: unknown) => {
      throw neverLeft(error);
    });
    this.checkCredentials(answer);
    const { value, lifeMs } = tokenIn(answer);
    this.keep(identity, { value, renewAt: now() + lifeMs - Math.min(RENEWAL_MARGIN_MS, lifeMs / 10) });
    return value;
  }

  private checkCredentials({ status, ...answer }: Incoming): void {
    if (status !== 400 && status !== 401 && status !== 403) return;
    const named = CREDENTIAL_ERRORS.has(String(member(jsonOf({ status, ...answer }), 'error')));
    if (named || (status !== 400 && !this.options.perLearner))
      throw new ChannelCredentialsRefused(this.options.kind, status);
  }

  private keep(identity: string, held: Held): void {
    this.held.delete(identity);
    this.held.set(identity, held);
    const [oldest] = this.held.keys();
    if (this.held.size > KEPT && oldest !== undefined) this.held.delete(oldest);
  }
}

/** RFC 6749 5.2: the errors that name the client or its grant, not the one request. */
const CREDENTIAL_ERRORS = new Set(['invalid_client', 'unauthorized_client', 'invalid_grant']);

/**
 * A 200 without both token and life is no token (golden <channel>/pass/token-200-*): counted as sent there, a failure here.
 */
function tokenIn(answer: Incoming): { value: string; lifeMs: number } {
  try {
    const body = jsonOf(accepted(answer, false));
    const value = member(body, 'access_token');
    const life = member(body, 'expires_in');
    if (typeof value === 'string' && value !== '' && typeof life === 'number') return { value, lifeMs: life * 1000 };
  } catch (error) {
    throw neverLeft(error);
  }
  throw new Refusal('token', `a malformed token answer (${answer.status})`, { retryable: true, status: answer.status });
}

/** Without a token the record itself stayed here, whatever befell the token. */
function neverLeft(error: unknown): unknown {
  if (!(error instanceof Refusal) || error instanceof Busy) return error;
  if (error.code === 'cancelled' || error.code === 'address-refused') return error;
  const { status } = error.facts;
  const retryable = error.facts.retryable ?? false;
  return new Refusal('token', `no token: ${error.message}`, { retryable, ...(status === undefined ? {} : { status }) });
}

function member(body: unknown, name: string): unknown {
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

  async send(outgoing: Outgoing): Promise<Incoming> {
    this.token ??= await this.tokens.lease(this.identity, this.signal);
    const answer = await this.authorised(outgoing, this.token.value);
    if (answer.status !== 401) return answer;
    this.tokens.forget(this.identity, this.token.value);
    if (this.token.fresh) return answer;
    this.token = await this.tokens.lease(this.identity, this.signal);
    return this.authorised(outgoing, this.token.value);
  }

  private authorised(outgoing: Outgoing, token: string): Promise<Incoming> {
    const headers = { ...outgoing.headers, authorization: `Bearer ${token}` };
    return this.exchange.send({ ...outgoing, headers }, this.signal);
  }
}
