import { randomUUID } from 'node:crypto';
import type { CustomerImportAnswer, ImportLine } from '../contracts/http/customer-import';
import { waitFor } from './wait-until';

export interface ApiRequest {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Below /v1. */
  path: string;
  /** An object is sent as JSON, text as lines of JSON. */
  body?: object | string;
  /** Idempotency-Key of a write; a fresh one unless given, null sends none. */
  key?: string | null;
  /** Instead of the client's own; null sends none. */
  token?: string | null;
  accept?: string;
}

export interface ApiAnswer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
  /** What the JSON says; empty for everything else. */
  body: Record<string, unknown>;
}

/** How long a request is repeated whose outcome is not known. */
const PATIENCE_MS = 45_000;

/** The public API as one caller uses it. Refusals are answers, unless a method says that it wants a success. */
export class ApiClient {
  constructor(
    readonly baseUrl: string,
    private readonly token: string | null,
  ) {}

  /** One try, whatever comes of it. Rejects when the connection is lost. */
  async request({
    method,
    path,
    body,
    key = randomUUID(),
    token = this.token,
    accept,
  }: ApiRequest): Promise<ApiAnswer> {
    const response = await fetch(`${this.baseUrl}/v1${path}`, {
      method,
      redirect: 'manual',
      headers: requestHeaders({ token, body, accept, key: method === 'GET' ? null : key }),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return apiAnswer(response.status, Object.fromEntries(response.headers), await response.text());
  }

  /** One try. @throws ApiRequestError for everything but a 2xx */
  async expect2xx<T>(request: ApiRequest): Promise<T> {
    return successOf<T>(request, await this.request(request));
  }

  /**
   * The same request under the same key until there is an outcome: again while the connection is lost, the service fails or
   * the first try is still under way. @throws when there is none in time
   */
  async untilDecided(request: ApiRequest, timeoutMs = PATIENCE_MS): Promise<ApiAnswer> {
    const keyed = { key: randomUUID(), ...request };
    const decided = async (): Promise<ApiAnswer> => {
      const answer = await this.request(keyed);
      if (isUndecided(answer)) throw new ApiRequestError(request, answer);
      return answer;
    };
    const what = `the outcome of ${request.method} ${request.path}`;
    return waitFor(decided, { what, timeoutMs, intervalMs: 100 });
  }

  /** As `untilDecided`. @throws ApiRequestError when the outcome is no 2xx */
  async done<T>(request: ApiRequest): Promise<T> {
    return successOf<T>(request, await this.untilDecided(request));
  }

  get<T>(path: string): Promise<T> {
    return this.done<T>({ method: 'GET', path });
  }

  put<T>(path: string, body: object): Promise<T> {
    return this.done<T>({ method: 'PUT', path, body });
  }

  post<T>(path: string, body: object): Promise<T> {
    return this.done<T>({ method: 'POST', path, body });
  }

  patch<T>(path: string, body: object): Promise<T> {
    return this.done<T>({ method: 'PATCH', path, body });
  }

  async remove(path: string): Promise<void> {
    await this.done({ method: 'DELETE', path });
  }

  /** @throws unless every line is accepted */
  async importCustomer(customerId: string, lines: readonly ImportLine[]): Promise<void> {
    await this.importLines(`/customers/${encodeURIComponent(customerId)}/import`, lines);
  }

  /** @throws unless every line is accepted */
  async importLines(path: string, lines: readonly object[]): Promise<void> {
    if (lines.length === 0) return;
    const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const { accepted, errors } = await this.expect2xx<CustomerImportAnswer>({ method: 'POST', path, body });
    if (accepted === lines.length) return;
    throw new Error(`POST ${path}: ${accepted} of ${lines.length} lines were accepted: ${JSON.stringify(errors[0])}`);
  }
}

/** An answer that was not the one wanted. */
export class ApiRequestError extends Error {
  override readonly name = 'ApiRequestError';
  readonly status: number;
  /** Of the problem document; `none` where there is none. */
  readonly code: string;

  constructor({ method, path }: ApiRequest, answer: ApiAnswer) {
    super(`${method} ${path} was answered ${answer.status}: ${answer.text.slice(0, 500)}`);
    this.status = answer.status;
    this.code = codeOf(answer) ?? 'none';
  }
}

/** The code of a problem document. */
export function codeOf({ body }: Pick<ApiAnswer, 'body'>): string | undefined {
  return body['code'] as string | undefined;
}

/** Headers of a request; what is null sends none. */
export function requestHeaders(request: {
  token: string | null;
  key: string | null;
  body?: object | string | undefined;
  accept?: string | undefined;
}): Record<string, string> {
  const { token, key, body, accept } = request;
  return {
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(key === null ? {} : { 'idempotency-key': key }),
    ...(body === undefined ? {} : { 'content-type': `application/${typeof body === 'string' ? 'x-ndjson' : 'json'}` }),
    ...(accept === undefined ? {} : { accept }),
  };
}

/** Parsed here: what fetch parses belongs to another realm in tests, where deep equality tells its arrays from ours. */
export function apiAnswer(status: number, headers: Record<string, unknown>, text: string): ApiAnswer {
  const isJson = /^application\/(problem\+)?json\b/.test(String(headers['content-type'])) && text !== '';
  return { status, headers, text, body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {} };
}

/** A removal that the provider does not confirm is refused, though its status is that of a failure. */
function isUndecided(answer: ApiAnswer): boolean {
  const code = codeOf(answer);
  return answer.status >= 500 ? code !== 'provider-removal-failed' : code === 'request-in-progress';
}

function successOf<T>(request: ApiRequest, answer: ApiAnswer): T {
  if (answer.status < 200 || answer.status > 299) throw new ApiRequestError(request, answer);
  return answer.body as T;
}
