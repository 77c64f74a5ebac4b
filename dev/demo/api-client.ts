import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Problem } from '../../contracts/http/common';

type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';

/** Tries of one request under one key, and the longest pause between them. */
const PATIENCE = { tries: 8, pauseMs: 1_000 };

/** An answer that repeating the request will not change. */
export class DemoApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/**
 * The public API as a careful caller uses it: every write carries an Idempotency-Key, and where the outcome is unknown the
 * same request is sent again under the same key.
 */
export class ApiClient {
  constructor(
    private readonly baseUrl: string,
    private readonly token: string,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }

  put<T>(path: string, body: object): Promise<T> {
    return this.send<T>('PUT', path, body);
  }

  post<T>(path: string, body: object): Promise<T> {
    return this.send<T>('POST', path, body);
  }

  patch<T>(path: string, body: object): Promise<T> {
    return this.send<T>('PATCH', path, body);
  }

  async remove(path: string): Promise<void> {
    await this.send('DELETE', path);
  }

  private async send<T>(method: Method, path: string, body?: object): Promise<T> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.token}` };
    if (method !== 'GET') headers['idempotency-key'] = randomUUID();
    if (body) headers['content-type'] = 'application/json';
    const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
    for (let tried = 1; ; tried += 1) {
      const response = await fetch(`${this.baseUrl}/v1${path}`, init);
      const text = await response.text();
      if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
      const error = errorOf(`${method} /v1${path}`, response.status, text);
      if (tried === PATIENCE.tries || !isWorthRepeating(error)) throw error;
      await pause(Math.min(PATIENCE.pauseMs, 50 * 2 ** tried));
    }
  }
}

function isWorthRepeating({ status, code }: DemoApiError): boolean {
  return status === 503 || code === 'request-in-progress';
}

function errorOf(request: string, status: number, text: string): DemoApiError {
  const problem = problemIn(text);
  const why = [problem.title, problem.detail, JSON.stringify(problem.errors)].filter(Boolean).join(' ');
  return new DemoApiError(
    status,
    problem.code ?? 'none',
    `${request} was answered ${status}: ${why || text.slice(0, 200)}`,
  );
}

function problemIn(text: string): Partial<Problem> {
  try {
    return JSON.parse(text) as Partial<Problem>;
  } catch {
    return {};
  }
}
