import { type Dispatcher, request } from 'undici';
import { startDeadline } from './deadline';
import { errorOfStatus, errorWithoutResponse } from './failures';
import { ServiceError } from './service-error';

export interface OAuthOptions {
  service: string;
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  timeoutMs: number;
  dispatcher: Dispatcher;
  /** edX services and providers take their JSON web tokens as `JWT`; OAuth2 itself says `Bearer`. */
  scheme?: 'Bearer' | 'JWT';
}

/** A token is renewed this long before it ends, or after nine tenths of its life, whichever is later. */
const RENEWAL_MARGIN_MS = 30_000;

/** OAuth2 client credentials (RFC 6749 4.4): one token for all callers, one request for it at a time. */
export class OAuthToken {
  private cached: { value: string; renewAt: number } | null = null;
  private pending: Promise<string> | null = null;

  constructor(private readonly options: OAuthOptions) {}

  /** The token that is held, for those who need not wait; null when one has to be fetched. */
  get ready(): string | null {
    return this.cached && Date.now() < this.cached.renewAt ? this.cached.value : null;
  }

  async current(): Promise<string> {
    const { ready } = this;
    if (ready !== null) return ready;
    this.pending ??= this.fetchToken().finally(() => {
      this.pending = null;
    });
    return this.pending;
  }

  header(token: string): string {
    return `${this.options.scheme ?? 'Bearer'} ${token}`;
  }

  /** Call it with the token that was refused: one renewed meanwhile by another caller is kept. */
  forget(token: string): void {
    if (this.cached?.value === token) this.cached = null;
  }

  private async fetchToken(): Promise<string> {
    const limit = startDeadline(this.options.timeoutMs);
    try {
      const { status, retryAfter, text } = await this.exchange(limit.signal);
      if (status !== 200) throw errorOfStatus(this.options.service, status, retryAfter);
      const token = parseToken(text);
      if (!token)
        throw new ServiceError(this.options.service, 'retryable', 'the token service gave a malformed answer', status);
      const margin = Math.min(RENEWAL_MARGIN_MS, token.lifeMs / 10);
      this.cached = { value: token.value, renewAt: Date.now() + token.lifeMs - margin };
      return token.value;
    } catch (error) {
      throw errorWithoutResponse(this.options.service, error, limit.endedBy());
    } finally {
      limit.release();
    }
  }

  private async exchange(
    signal: AbortSignal,
  ): Promise<{ status: number; retryAfter: string | undefined; text: string }> {
    const { tokenUrl, clientId, clientSecret, dispatcher } = this.options;
    const form = {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      token_type: 'jwt',
    };
    const response = await request(tokenUrl, {
      method: 'POST',
      dispatcher,
      signal,
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    });
    const retryAfter = response.headers['retry-after'];
    return {
      status: response.statusCode,
      retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
      text: await response.body.text(),
    };
  }
}

function parseToken(text: string): { value: string; lifeMs: number } | null {
  try {
    const { access_token: value, expires_in: life } = JSON.parse(text) as Record<string, unknown>;
    return typeof value === 'string' && typeof life === 'number' ? { value, lifeMs: life * 1000 } : null;
  } catch {
    return null;
  }
}
