import { type Dispatcher, request } from 'undici';
import type { Call } from '../platform/services';
import { type Deadline, startDeadline, whileNotAborted } from './deadline';
import { errorOfStatus, errorWithoutResponse } from './failures';
import type { OAuthToken } from './oauth';
import { ServiceError } from './service-error';

export interface ServiceOptions {
  /** The name that errors carry. */
  service: string;
  /** Without trailing slash; paths are appended as they are. */
  baseUrl: string;
  timeoutMs: number;
  dispatcher: Dispatcher;
  /** Absent: calls go out without Authorization. */
  token?: OAuthToken;
}

export interface JsonRequest {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  /** Statuses other than 2xx that are an answer, not an error. */
  expect?: number[];
}

export interface JsonResponse {
  status: number;
  /** Undefined when the answer had no body, or an `expect`ed status came with something that is not JSON. */
  body: unknown;
}

interface RawResponse {
  status: number;
  retryAfter: string | undefined;
  text: string;
}

/** One outside HTTP service. Every failure is a ServiceError; nothing is retried here but a call whose token was refused. */
export class JsonService {
  constructor(private readonly options: ServiceOptions) {}

  /** The time limit covers the token, the call and its one repetition with a fresh token. */
  async send(request: JsonRequest, call: Call): Promise<JsonResponse> {
    const limit = startDeadline(this.options.timeoutMs, call.signal);
    try {
      const response = await this.authorised(request, call, limit);
      return this.checkResponse(response, request.expect ?? []);
    } catch (error) {
      throw errorWithoutResponse(this.options.service, error, limit.endedBy());
    } finally {
      limit.release();
    }
  }

  /** Undefined for a 404 of the service itself; a proxy's page is a broken answer, as everywhere. */
  async find(request: Omit<JsonRequest, 'method' | 'expect'>, call: Call): Promise<unknown> {
    const response = await this.send({ ...request, method: 'GET', expect: [404] }, call);
    if (response.body === undefined) throw this.malformed(response.status);
    return response.status === 404 ? undefined : response.body;
  }

  private async authorised(request: JsonRequest, call: Call, limit: Deadline): Promise<RawResponse> {
    const { token } = this.options;
    if (!token) return this.exchange(request, call, limit);
    const used = token.ready ?? (await whileNotAborted(token.current(), limit.signal));
    const response = await this.exchange(request, call, limit, token.header(used));
    if (response.status !== 401) return response;
    token.forget(used);
    const fresh = await whileNotAborted(token.current(), limit.signal);
    return this.exchange(request, call, limit, token.header(fresh));
  }

  private async exchange(
    message: JsonRequest,
    call: Call,
    limit: Deadline,
    authorization?: string,
  ): Promise<RawResponse> {
    const query = message.query ? `?${new URLSearchParams(message.query).toString()}` : '';
    const response = await request(`${this.options.baseUrl}${message.path}${query}`, {
      method: message.method,
      dispatcher: this.options.dispatcher,
      signal: limit.signal,
      headers: {
        accept: 'application/json',
        ...(message.method === 'GET' ? {} : { 'idempotency-key': call.key }),
        ...(message.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(authorization === undefined ? {} : { authorization }),
      },
      ...(message.body === undefined ? {} : { body: JSON.stringify(message.body) }),
    });
    const retryAfter = response.headers['retry-after'];
    return {
      status: response.statusCode,
      retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
      text: await response.body.text(),
    };
  }

  private checkResponse(response: RawResponse, expect: number[]): JsonResponse {
    const expected = expect.includes(response.status);
    if (!expected && (response.status < 200 || response.status > 299)) {
      throw errorOfStatus(this.options.service, response.status, response.retryAfter);
    }
    const body = parseJson(response.text);
    if (body === MALFORMED && !expected) throw this.malformed(response.status);
    return { status: response.status, body: body === MALFORMED ? undefined : body };
  }

  /** For callers that find a response malformed: a broken service, not a refusal. */
  malformed(status: number): ServiceError {
    return new ServiceError(
      this.options.service,
      'retryable',
      `${this.options.service} gave a malformed answer`,
      status,
    );
  }
}

const MALFORMED = Symbol('malformed');

function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return MALFORMED;
  }
}

/** One field of an untyped response. */
export function readField(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
}
