/** Why a call to an outside service did not succeed, in the two classes that matter: try again, or give up. */
export class ServiceError extends Error {
  constructor(
    readonly service: string,
    /** `retryable`: timeouts, refused connections, 5xx, 408, 425, 429, 401. `refused`: any other 4xx, a malformed request. */
    readonly kind: 'retryable' | 'refused',
    /** Words for operators: status and code, never a body, name or address. */
    message: string,
    readonly status?: number,
    /** From Retry-After, milliseconds. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
    this.name = 'ServiceError';
  }
}
