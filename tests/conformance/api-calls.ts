import { randomUUID } from 'node:crypto';
import type { Problem } from '../../contracts/http/common';

/** What the API made of a request: done, or refused with the code of its table. */
export interface CallOutcome {
  ok: boolean;
  http: number;
  code?: string;
}

/**
 * The public API as one caller uses it, one request per operation. @throws when the service itself fails, or when a caller
 * who may ask for everything has asked wrongly.
 */
export class ApiCalls {
  /** `token` null: the requests carry none. */
  constructor(
    private readonly baseUrl: string,
    private readonly token: string | null,
    private readonly mayBeRefused: boolean,
  ) {}

  get(path: string): Promise<CallOutcome> {
    return this.send('GET', path);
  }

  put(path: string, body: object): Promise<CallOutcome> {
    return this.send('PUT', path, body);
  }

  patch(path: string, body: object): Promise<CallOutcome> {
    return this.send('PATCH', path, body);
  }

  post(path: string, body: object): Promise<CallOutcome> {
    return this.send('POST', path, body);
  }

  remove(path: string): Promise<CallOutcome> {
    return this.send('DELETE', path);
  }

  private async send(method: string, path: string, body?: object): Promise<CallOutcome> {
    const response = await fetch(`${this.baseUrl}/v1${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
        'idempotency-key': randomUUID(),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (response.status < 400) return { ok: true, http: response.status };
    const { code = 'none', detail } = JSON.parse(text) as Partial<Problem>;
    if (this.isFailure(response.status, code)) {
      throw new Error(`${method} ${path} was answered ${response.status} ${code}: ${detail ?? ''}`);
    }
    return { ok: false, http: response.status, code };
  }
  /** Refusals are results. A failure of the service itself, or a wrong request by the test, is an error. */
  private isFailure(status: number, code: string): boolean {
    if (status >= 500) return code !== 'provider-removal-failed';
    return !this.mayBeRefused && (status === 401 || code === 'bad-request' || code === 'insufficient-scope');
  }
}
