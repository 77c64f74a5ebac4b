import { request } from 'undici';
import { type Deadline, startDeadline } from '../http/deadline';
import { retryAfterMs } from '../http/failures';
import type { ChannelDependencies } from './channel';
import { ChannelBusy, ChannelRejection } from './rejection';

export interface ChannelRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  url: string;
  headers: Record<string, string>;
  body?: string;
}

export interface ChannelResponse {
  status: number;
  text: string;
  retryAfterMs: number | null;
  /** The Link header, for answers in pages. */
  link: string | null;
}

/** No channel's answer is larger; what comes beyond is a broken answer. */
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

/** Failures before anything was sent. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

const TLS_FAILED = /CERT|SELF_SIGNED|UNABLE_TO_|^ERR_(?:TLS|SSL)_|^EPROTO$/;

/** HTTP for channels: rate-limited, guarded, limited in time and size; redirects are responses like any other. */
export class Exchange {
  constructor(private readonly dependencies: ChannelDependencies) {}

  /** @throws ChannelRejection when no response came. Responses of any status are returned. */
  async send(outgoing: ChannelRequest, signal: AbortSignal): Promise<ChannelResponse> {
    const { throttle, timeoutMs } = this.dependencies;
    await this.checkAddress(outgoing.url);
    if (throttle) await throttle(signal).catch(() => this.throwCancelled());
    const limit = startDeadline(timeoutMs, signal);
    try {
      return await this.exchange(outgoing, limit);
    } catch (error) {
      throw errorWithoutChannelResponse(error, limit.endedBy(), outgoing.method !== 'GET');
    } finally {
      limit.release();
    }
  }

  private async exchange({ url, method, headers, body }: ChannelRequest, limit: Deadline): Promise<ChannelResponse> {
    const response = await request(url, {
      method,
      headers,
      dispatcher: this.dependencies.dispatcher,
      signal: limit.signal,
      ...(body === undefined ? {} : { body }),
    });
    const { 'retry-after': retryAfter, link } = response.headers;
    return {
      status: response.statusCode,
      text: await readLimited(response.body),
      retryAfterMs: retryAfterMs(first(retryAfter)) ?? null,
      link: first(link) ?? null,
    };
  }

  private async checkAddress(url: string): Promise<void> {
    try {
      await this.dependencies.guard?.(new URL(url));
    } catch {
      throw new ChannelRejection('address-refused', 'the address may not be reached');
    }
  }

  private throwCancelled(): never {
    throw new ChannelRejection('cancelled', 'given up before it was sent', { retryable: true });
  }
}

async function readLimited(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES)
      throw new ChannelRejection('malformed-answer', 'the answer is too large', { retryable: true });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function errorWithoutChannelResponse(error: unknown, endedBy: 'timeout' | 'caller' | null, changes: boolean): Error {
  if (error instanceof ChannelRejection) return error;
  if (endedBy === 'timeout')
    return new ChannelRejection('timeout', 'no answer in time', { retryable: true, inDoubt: changes });
  if (endedBy === 'caller')
    return new ChannelRejection('cancelled', 'given up by the caller', { retryable: true, inDoubt: changes });
  const code = codeOf(error);
  if (code === 'EADDRFORBIDDEN') return new ChannelRejection('address-refused', 'the address may not be reached');
  const inDoubt = changes && !NEVER_SENT.has(code) && !TLS_FAILED.test(code);
  return new ChannelRejection('connection', `no connection: ${code}`, { retryable: true, inDoubt });
}

/** Only the code is kept: messages of failed connections may hold addresses. The connector's guard sets one too. */
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'unknown cause';
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** JSON of an answer; undefined when it is empty or none. */
export function jsonOf({ text }: ChannelResponse): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Returns a 2xx response or throws. A page of HTML and JSON that breaks off are no responses of the channel, whatever
 * their status; short plain words are (SAP says `ok`; golden sap/course-key-fails-run-id-sent).
 * @throws ChannelRejection, ChannelBusy
 */
export function requireAccepted(response: ChannelResponse, changes: boolean): ChannelResponse {
  const { status } = response;
  if (status === 429 || (status === 503 && response.retryAfterMs !== null))
    throw new ChannelBusy(status, response.retryAfterMs);
  if (status >= 200 && status < 300) {
    if (!isBroken(response)) return response;
    const facts = { retryable: true, inDoubt: changes, status };
    throw new ChannelRejection('malformed-answer', `a malformed answer (${status})`, facts);
  }
  throw rejectionOf(status, changes);
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

function isBroken(response: ChannelResponse): boolean {
  const start = response.text.trimStart().slice(0, 1);
  if (start === '<') return true;
  return (start === '{' || start === '[') && jsonOf(response) === undefined;
}
