import { type Dispatcher, request } from 'undici';
import { retryAfterMs } from './retry-after';

export interface HttpRequest {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  body?: string;
}

export interface HttpResponse {
  status: number;
  text: string;
  /** From Retry-After. */
  retryAfterMs: number | undefined;
  /** The Link header, for answers in pages. */
  link: string | undefined;
}

/** No answer we ask for comes near this; a larger one is an error, not a memory leak. */
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

export class ResponseTooLargeError extends Error {
  readonly code = 'ERESPONSETOOLARGE';
}

/** One request. Responses of any status are returned, redirects too. @throws ResponseTooLargeError and undici's errors */
export async function exchange(
  { url, ...message }: HttpRequest,
  { dispatcher, signal }: { dispatcher: Dispatcher; signal: AbortSignal },
): Promise<HttpResponse> {
  const { statusCode, headers, body } = await request(url, { ...message, dispatcher, signal });
  return {
    status: statusCode,
    text: await readLimited(body),
    retryAfterMs: retryAfterMs(first(headers['retry-after'])),
    link: first(headers['link']),
  };
}

async function readLimited(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES) throw new ResponseTooLargeError('The response is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** A form as OAuth2 takes them. */
export function formRequest(url: string, form: Record<string, string>): HttpRequest {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { method: 'POST', url, headers, body: new URLSearchParams(form).toString() };
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** One field of an untyped response. */
export function readField(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
}

/** The code of a failed connection. Only that is kept: messages may hold addresses. */
export function failureCodeOf(error: unknown): string {
  const code = readField(error, 'code');
  return typeof code === 'string' ? code : 'unknown cause';
}
