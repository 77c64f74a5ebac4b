import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

export interface ApiRequest {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: object;
  /** Idempotency-Key; a fresh one unless given. */
  key?: string;
}

export interface CallerAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/** The public API as a careful client uses it. */
export class ApiCaller {
  constructor(
    private readonly baseUrl: string,
    private readonly token: string,
  ) {}

  /** One request, whatever comes of it. Rejects when the connection is lost. */
  async once({ method, path, body, key = randomUUID() }: ApiRequest): Promise<CallerAnswer> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      ...(method === 'GET' ? {} : { 'idempotency-key': key }),
      ...(body ? { 'content-type': 'application/json' } : {}),
    };
    const response = await fetch(this.baseUrl + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** The same request under the same key, until there is an outcome: what API.md tells callers to do after 503. */
  async insist(request: ApiRequest, timeoutMs = 45_000): Promise<CallerAnswer> {
    const keyed = { key: randomUUID(), ...request };
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const answer = await this.once(keyed).catch(() => undefined);
      if (answer && !isUndecided(answer)) return answer;
      if (Date.now() > deadline) throw new Error(`No outcome of ${request.method} ${request.path}: ${said(answer)}`);
      await pause(100);
    }
  }

  /** As `insist`, and the outcome must be a 2xx. */
  async done<T>(request: ApiRequest): Promise<T> {
    const answer = await this.insist(request);
    if (answer.status > 299) throw new Error(`${request.method} ${request.path}: ${said(answer)}`);
    return (answer.text === '' ? undefined : JSON.parse(answer.text)) as T;
  }
}

/** The member `code` of a problem document. */
export function codeOf({ text }: CallerAnswer): string {
  return (JSON.parse(text) as { code: string }).code;
}

function isUndecided(answer: CallerAnswer): boolean {
  return answer.status >= 500 || (answer.status === 409 && codeOf(answer) === 'request-in-progress');
}

function said(answer: CallerAnswer | undefined): string {
  return answer ? `${answer.status} ${answer.text}` : 'the connection was lost';
}
