import { type Dispatcher, request } from 'undici';
import { type Deadline, deadline, whileNotAborted } from './deadline';
import { errorOfStatus, errorWithoutAnswer } from './failures';
import type { OAuthToken } from './oauth';
import type { Call } from '../platform/platform';
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

export interface JsonAnswer {
  status: number;
  /** Undefined when the answer had no body, or an `expect`ed status came with something that is not JSON. */
  body: unknown;
}

interface RawAnswer {
  status: number;
  retryAfter: string | undefined;
  text: string;
}

/** One outside HTTP service. Every failure is a ServiceError; nothing is retried here but a call whose token was refused. */
export class JsonService {
  constructor(private readonly options: ServiceOptions) {}

  /** The time limit covers the token, the call and its one repetition with a fresh token. */
  async send(request: JsonRequest, call: Call): Promise<JsonAnswer> {
    const limit = deadline(this.options.timeoutMs, call.signal);
    try {
      const answer = await this.authorised(request, call, limit);
      return this.judged(answer, request.expect ?? []);
    } catch (error) {
      throw errorWithoutAnswer(this.options.service, error, limit.endedBy());
    } finally {
      limit.release();
    }
  }

  /** Undefined for a 404 of the service itself; a proxy's page is a broken answer, as everywhere. */
  async find(request: Omit<JsonRequest, 'method' | 'expect'>, call: Call): Promise<unknown> {
    const answer = await this.send({ ...request, method: 'GET', expect: [404] }, call);
    if (answer.body === undefined) throw this.malformed(answer.status);
    return answer.status === 404 ? undefined : answer.body;
  }

  private async authorised(request: JsonRequest, call: Call, limit: Deadline): Promise<RawAnswer> {
    const { token } = this.options;
    if (!token) return this.exchange(request, call, limit);
    const used = token.ready ?? (await whileNotAborted(token.current(), limit.signal));
    const answer = await this.exchange(request, call, limit, token.header(used));
    if (answer.status !== 401) return answer;
    token.forget(used);
    const fresh = await whileNotAborted(token.current(), limit.signal);
    return this.exchange(request, call, limit, token.header(fresh));
  }

  private async exchange(
    message: JsonRequest,
    call: Call,
    limit: Deadline,
    authorization?: string,
  ): Promise<RawAnswer> {
    const query = message.query ? `?${new URLSearchParams(message.query).toString()}` : '';
    const answer = await request(`${this.options.baseUrl}${message.path}${query}`, {
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
    const retryAfter = answer.headers['retry-after'];
    return {
      status: answer.statusCode,
      retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
      text: await answer.body.text(),
    };
  }

  private judged(answer: RawAnswer, expect: number[]): JsonAnswer {
    const expected = expect.includes(answer.status);
    if (!expected && (answer.status < 200 || answer.status > 299)) {
      throw errorOfStatus(this.options.service, answer.status, answer.retryAfter);
    }
    const body = parsed(answer.text);
    if (body === MALFORMED && !expected) throw this.malformed(answer.status);
    return { status: answer.status, body: body === MALFORMED ? undefined : body };
  }

  /** For callers that find the shape of an answer wrong: a broken service, not a refusal. */
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

function parsed(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return MALFORMED;
  }
}

/** One field of an answer whose shape nobody has promised. */
export function field(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
}
