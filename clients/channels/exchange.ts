import { request } from 'undici';
import { type Deadline, deadline } from '../http/deadline';
import { retryAfterMs } from '../http/failures';
import type { ChannelDependencies } from './channel';
import { Busy, Refusal } from './refusal';

export interface Outgoing {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  url: string;
  headers: Record<string, string>;
  body?: string;
}

export interface Incoming {
  status: number;
  text: string;
  retryAfterMs: number | null;
  /** The Link header, for answers in pages. */
  link: string | null;
}

/** No channel's answer is larger; what comes beyond is a broken answer. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Failures before anything left the machine: whatever was to be sent was not. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

const TLS_FAILED = /CERT|SELF_SIGNED|UNABLE_TO_|^ERR_(?:TLS|SSL)_|^EPROTO$/;

/** HTTP for channels: paced, guarded, limited in time and size; redirects are answers like any other. */
export class Exchange {
  constructor(private readonly dependencies: ChannelDependencies) {}

  /** @throws Refusal when no answer came. Answers of any status are returned. */
  async send(outgoing: Outgoing, signal: AbortSignal): Promise<Incoming> {
    const { pace, timeoutMs } = this.dependencies;
    await this.checkAddress(outgoing.url);
    if (pace) await pace(signal).catch(() => this.givenUp());
    const limit = deadline(timeoutMs, signal);
    try {
      return await this.exchange(outgoing, limit);
    } catch (error) {
      throw withoutAnswer(error, limit.endedBy(), outgoing.method !== 'GET');
    } finally {
      limit.release();
    }
  }

  private async exchange({ url, method, headers, body }: Outgoing, limit: Deadline): Promise<Incoming> {
    const answer = await request(url, {
      method,
      headers,
      dispatcher: this.dependencies.dispatcher,
      signal: limit.signal,
      ...(body === undefined ? {} : { body }),
    });
    const { 'retry-after': retryAfter, link } = answer.headers;
    return {
      status: answer.statusCode,
      text: await limited(answer.body),
      retryAfterMs: retryAfterMs(first(retryAfter)) ?? null,
      link: first(link) ?? null,
    };
  }

  private async checkAddress(url: string): Promise<void> {
    try {
      await this.dependencies.guard?.(new URL(url));
    } catch {
      throw new Refusal('address-refused', 'the address may not be reached');
    }
  }

  private givenUp(): never {
    throw new Refusal('cancelled', 'given up before it was sent', { retryable: true });
  }
}

async function limited(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Refusal('malformed-answer', 'the answer is too large', { retryable: true });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function withoutAnswer(error: unknown, endedBy: 'timeout' | 'caller' | null, changes: boolean): Error {
  if (error instanceof Refusal) return error;
  if (endedBy === 'timeout') return new Refusal('timeout', 'no answer in time', { retryable: true, inDoubt: changes });
  if (endedBy === 'caller')
    return new Refusal('cancelled', 'given up by the caller', { retryable: true, inDoubt: changes });
  const code = codeOf(error);
  if (code === 'EADDRFORBIDDEN') return new Refusal('address-refused', 'the address may not be reached');
  const inDoubt = changes && !NEVER_SENT.has(code) && !TLS_FAILED.test(code);
  return new Refusal('connection', `no connection: ${code}`, { retryable: true, inDoubt });
}

/** Only codes leave: messages of failed connections may hold addresses. A guard in the connector names its code too. */
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'unknown cause';
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** JSON of an answer; undefined when it is empty or none. */
export function jsonOf({ text }: Incoming): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * A 2xx answer, or the reason why it is none. A page of HTML and JSON that breaks off are no answers of the channel, whatever
 * their status; short plain words are (SAP says `ok`; golden sap/course-key-fails-run-id-sent).
 * @throws Refusal, Busy
 */
export function accepted(answer: Incoming, changes: boolean): Incoming {
  const { status } = answer;
  if (status === 429 || (status === 503 && answer.retryAfterMs !== null)) throw new Busy(status, answer.retryAfterMs);
  if (status >= 200 && status < 300) {
    if (!isBroken(answer)) return answer;
    const facts = { retryable: true, inDoubt: changes, status };
    throw new Refusal('malformed-answer', `a malformed answer (${status})`, facts);
  }
  throw refusalOf(status, changes);
}

function refusalOf(status: number, changes: boolean): Refusal {
  if (status < 400) return new Refusal('redirected', `redirected (${status})`, { status });
  if (status >= 500 || status === 408 || status === 425) {
    const inDoubt = changes && (status === 504 || status === 408);
    return new Refusal('unavailable', `not available (${status})`, { retryable: true, inDoubt, status });
  }
  if (status === 401 || status === 403) return new Refusal('unauthorised', `not authorised (${status})`, { status });
  if (status === 409) return new Refusal('conflict', `refused as a conflict (${status})`, { status });
  return new Refusal('refused', `refused (${status})`, { status });
}

function isBroken(answer: Incoming): boolean {
  const start = answer.text.trimStart().slice(0, 1);
  if (start === '<') return true;
  return (start === '{' || start === '[') && jsonOf(answer) === undefined;
}
