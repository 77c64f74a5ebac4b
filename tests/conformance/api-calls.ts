import { type ApiAnswer, ApiClient, type ApiRequest, ApiRequestError, codeOf } from '../../dev/api-client';

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
  private readonly api: ApiClient;

  /** `token` null: the requests carry none. */
  constructor(
    baseUrl: string,
    token: string | null,
    private readonly mayBeRefused: boolean,
  ) {
    this.api = new ApiClient(baseUrl, token);
  }

  get(path: string): Promise<CallOutcome> {
    return this.send({ method: 'GET', path });
  }

  put(path: string, body: object): Promise<CallOutcome> {
    return this.send({ method: 'PUT', path, body });
  }

  patch(path: string, body: object): Promise<CallOutcome> {
    return this.send({ method: 'PATCH', path, body });
  }

  post(path: string, body: object): Promise<CallOutcome> {
    return this.send({ method: 'POST', path, body });
  }

  remove(path: string): Promise<CallOutcome> {
    return this.send({ method: 'DELETE', path });
  }

  private async send(request: ApiRequest): Promise<CallOutcome> {
    const answer = await this.api.request(request);
    if (answer.status < 400) return { ok: true, http: answer.status };
    if (this.isFailure(answer)) throw new ApiRequestError(request, answer);
    return { ok: false, http: answer.status, code: codeOf(answer) ?? 'none' };
  }

  /** Refusals are results. A failure of the service itself, or a wrong request by the test, is an error. */
  private isFailure(answer: ApiAnswer): boolean {
    const code = codeOf(answer);
    if (answer.status >= 500) return code !== 'provider-removal-failed';
    return !this.mayBeRefused && (answer.status === 401 || code === 'bad-request' || code === 'insufficient-scope');
  }
}
