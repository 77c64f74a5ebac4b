import { DeadlineError } from './deadline';
import { failureCodeOf, type HttpResponse } from './transport';

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

const RETRYABLE_CLIENT_ERRORS = new Set([401, 408, 425, 429]);

/** The error for an unsuccessful response. Redirects count as a broken service. */
export function errorOfStatus(service: string, { status, retryAfterMs }: HttpResponse): ServiceError {
  const refused = status >= 400 && status < 500 && !RETRYABLE_CLIENT_ERRORS.has(status);
  const kind = refused ? 'refused' : 'retryable';
  return new ServiceError(service, kind, `${service} answered ${status}`, status, retryAfterMs);
}

/** A failure without an answer: refused or reset connections, time limits, broken answers. Only the code is kept. */
export function errorWithoutResponse(service: string, error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError(service, 'retryable', `${service}${reasonOf(error)}`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof DeadlineError)) return ` could not be reached: ${failureCodeOf(error)}`;
  return error.endedBy === 'timeout' ? ' did not answer in time' : ': the call was given up by its caller';
}
