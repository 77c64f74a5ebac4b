import type { Dispatcher } from 'undici';
import type { Call } from './call';
import { withDeadline } from './deadline';
import { accessTokenOf, TokenCache, TokenSession } from './oauth';
import { errorOfStatus, errorWithoutResponse, ServiceError } from './service-error';
import { exchange, formRequest, type HttpRequest, type HttpResponse, parseJson } from './transport';

/** Of a token whose answer does not say how long it lives. */
const USUAL_LIFE_MS = 300_000;

interface ServiceOptions {
  /** The name that errors carry. */
  service: string;
  timeoutMs: number;
  dispatcher: Dispatcher;
}

interface JsonServiceOptions extends ServiceOptions {
  /** Without trailing slash; paths are appended as they are. */
  baseUrl: string;
  /** Absent: calls go out without Authorization. */
  tokens?: TokenCache;
}

interface JsonRequest {
  method: HttpRequest['method'];
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

/** One outside HTTP service. Every failure is a ServiceError; nothing is retried here but a call whose token was refused. */
export class JsonService {
  constructor(private readonly options: JsonServiceOptions) {}

  /** The time limit covers the token, the call and its one repetition with a fresh token. */
  async send(request: JsonRequest, call: Call): Promise<JsonResponse> {
    const { tokens, dispatcher } = this.options;
    const message = this.messageOf(request, call);
    const response = await withinTime(this.options, call.signal, (signal) => {
      if (!tokens) return exchange(message, { dispatcher, signal });
      return new TokenSession(tokens, '', signal, true).send((authorization) =>
        exchange({ ...message, headers: { ...message.headers, authorization } }, { dispatcher, signal }),
      );
    });
    return this.checkResponse(response, request.expect ?? []);
  }

  /** Undefined for a 404 of the service itself; a proxy's page is a broken answer, as everywhere. */
  async find(request: Omit<JsonRequest, 'method' | 'expect'>, call: Call): Promise<unknown> {
    const response = await this.send({ ...request, method: 'GET', expect: [404] }, call);
    if (response.body === undefined) throw this.malformed(response.status);
    return response.status === 404 ? undefined : response.body;
  }

  private messageOf({ method, path, query, body }: JsonRequest, { key }: Call): HttpRequest {
    return {
      method,
      url: `${this.options.baseUrl}${path}${query ? `?${new URLSearchParams(query).toString()}` : ''}`,
      headers: {
        accept: 'application/json',
        ...(method === 'GET' ? {} : { 'idempotency-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
  }

  private checkResponse(response: HttpResponse, expect: number[]): JsonResponse {
    const { status, text } = response;
    const expected = expect.includes(status);
    if (!expected && (status < 200 || status > 299)) throw errorOfStatus(this.options.service, response);
    const body = parseJson(text);
    if (body === undefined && text.trim() !== '' && !expected) throw this.malformed(status);
    return { status, body };
  }

  /** For callers that find a response malformed: a broken service, not a refusal. */
  malformed(status: number): ServiceError {
    const { service } = this.options;
    return new ServiceError(service, 'retryable', `${service} gave a malformed answer`, status);
  }
}

interface ServiceTokenOptions extends ServiceOptions {
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  /** edX services and providers take their JSON web tokens as `JWT`; OAuth2 itself says `Bearer`. */
  scheme?: 'Bearer' | 'JWT';
}

/** OAuth2 client credentials (RFC 6749 4.4), one token for all callers. Every failure is a ServiceError. */
export function serviceTokens(options: ServiceTokenOptions): TokenCache {
  const { service, tokenUrl, clientId, clientSecret, dispatcher, scheme } = options;
  const form = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    token_type: 'jwt',
  };
  const plain = formRequest(tokenUrl, form);
  const message = { ...plain, headers: { accept: 'application/json', ...plain.headers } };
  return new TokenCache(async () => {
    const response = await withinTime(options, undefined, (signal) => exchange(message, { dispatcher, signal }));
    if (response.status !== 200) throw errorOfStatus(service, response);
    const token = accessTokenOf(response, { scheme, usualLifeMs: USUAL_LIFE_MS });
    if (token) return token;
    throw new ServiceError(service, 'retryable', 'the token service gave a malformed answer', response.status);
  });
}

async function withinTime(
  { service, timeoutMs }: ServiceOptions,
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  try {
    return await withDeadline(timeoutMs, caller, work);
  } catch (error) {
    throw errorWithoutResponse(service, error);
  }
}
