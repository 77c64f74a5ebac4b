import { DeadlineError, withDeadline } from '../http/deadline';
import {
  exchange,
  failureCodeOf,
  type HttpRequest,
  type HttpResponse,
  parseJson,
  ResponseTooLargeError,
} from '../http/transport';
import type { ChannelDependencies } from './channel';
import { cancelledRejection, ChannelBusy, ChannelRejection } from './rejection';

/** Failures before anything was sent. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

const TLS_FAILED = /CERT|SELF_SIGNED|UNABLE_TO_|^ERR_(?:TLS|SSL)_|^EPROTO$/;

/** HTTP for channels: rate-limited, guarded, limited in time and size. */
export class ChannelHttp {
  constructor(private readonly dependencies: ChannelDependencies) {}

  /** @throws ChannelRejection when no response came. Responses of any status are returned. */
  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    const { dispatcher, throttle, timeoutMs } = this.dependencies;
    await this.checkAddress(request.url);
    await throttle?.(signal).catch(() => {
      throw cancelledRejection();
    });
    try {
      return await withDeadline(timeoutMs, signal, (limit) => exchange(request, { dispatcher, signal: limit }));
    } catch (error) {
      throw rejectionWithoutResponse(error, request.method !== 'GET');
    }
  }

  private async checkAddress(url: string): Promise<void> {
    try {
      await this.dependencies.guard?.(new URL(url));
    } catch {
      throw new ChannelRejection('address-refused', 'the address may not be reached');
    }
  }
}

function rejectionWithoutResponse(error: unknown, changes: boolean): ChannelRejection {
  if (error instanceof ResponseTooLargeError)
    return new ChannelRejection('malformed-answer', 'the answer is too large', { retryable: true });
  const facts = { retryable: true, inDoubt: changes };
  if (error instanceof DeadlineError)
    return error.endedBy === 'timeout'
      ? new ChannelRejection('timeout', 'no answer in time', facts)
      : new ChannelRejection('cancelled', 'given up by the caller', facts);
  const code = failureCodeOf(error);
  if (code === 'EADDRFORBIDDEN') return new ChannelRejection('address-refused', 'the address may not be reached');
  const inDoubt = changes && !NEVER_SENT.has(code) && !TLS_FAILED.test(code);
  return new ChannelRejection('connection', `no connection: ${code}`, { retryable: true, inDoubt });
}

/** The content type is sent without a body too: recorded so (golden canvas/*). */
export function jsonRequest(method: HttpRequest['method'], url: string, body?: unknown): HttpRequest {
  const headers = { 'content-type': 'application/json' };
  return { method, url, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
}

export function basicAuthorization(user: string, secret: string): string {
  return `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
}

/**
 * Returns a 2xx response or throws. A page of HTML and JSON that breaks off are no responses of the channel, whatever
 * their status; short plain words are (SAP says `ok`; golden sap/course-key-fails-run-id-sent).
 * @throws ChannelRejection, ChannelBusy
 */
export function requireAccepted(response: HttpResponse, changes: boolean): HttpResponse {
  const { status, retryAfterMs = null } = response;
  if (status === 429 || (status === 503 && retryAfterMs !== null)) throw new ChannelBusy(status, retryAfterMs);
  if (status < 200 || status >= 300) throw rejectionOf(status, changes);
  if (!isBroken(response)) return response;
  const facts = { retryable: true, inDoubt: changes, status };
  throw new ChannelRejection('malformed-answer', `a malformed answer (${status})`, facts);
}

function rejectionOf(status: number, changes: boolean): ChannelRejection {
  if (status < 400) return new ChannelRejection('redirected', `redirected (${status})`, { status });
  if (status >= 500 || status === 408 || status === 425) {
    const inDoubt = changes && (status === 504 || status === 408);
    return new ChannelRejection('unavailable', `not available (${status})`, { retryable: true, inDoubt, status });
  }
  if (status === 401 || status === 403)
    return new ChannelRejection('unauthorised', `not authorised (${status})`, { status });
  if (status === 409) return new ChannelRejection('conflict', `refused as a conflict (${status})`, { status });
  return new ChannelRejection('refused', `refused (${status})`, { status });
}

function isBroken({ text }: HttpResponse): boolean {
  const start = text.trimStart().slice(0, 1);
  return start === '<' || ((start === '{' || start === '[') && parseJson(text) === undefined);
}
