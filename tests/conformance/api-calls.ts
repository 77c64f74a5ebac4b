import { randomUUID } from 'node:crypto';
import type { Problem } from '../../contracts/http/common';

/** What the API made of a request: done, or refused with the code of its table. */
export interface Answered {
  ok: boolean;
  http: number;
  code?: string;
}

/** The public API as the platform uses it, one request per operation. @throws when the house itself fails. */
export class ApiCalls {
  constructor(
    private readonly baseUrl: string,
    private readonly token: string,
  ) {}

  patch(path: string, body: object): Promise<Answered> {
    return this.send('PATCH', path, body);
  }

  remove(path: string): Promise<Answered> {
    return this.send('DELETE', path);
  }

  private async send(method: string, path: string, body?: object): Promise<Answered> {
    const response = await fetch(`${this.baseUrl}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        'idempotency-key': randomUUID(),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (response.ok) return { ok: true, http: response.status };
    const { code = 'none', detail } = JSON.parse(text) as Partial<Problem>;
    if (isFailure(response.status, code)) {
      throw new Error(`${method} ${path} was answered ${response.status} ${code}: ${detail ?? ''}`);
    }
    return { ok: false, http: response.status, code };
  }
}

/** Refusals are answers. Whatever is the house's own failure, or a mistake of ours in asking, is none. */
function isFailure(status: number, code: string): boolean {
  const asked = status !== 401 && code !== 'bad-request' && code !== 'insufficient-scope';
  return !asked || (status >= 500 && code !== 'provider-removal-failed');
}
