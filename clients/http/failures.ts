import { ServiceError } from './service-error';

const RETRYABLE_CLIENT_ERRORS = new Set([401, 408, 425, 429]);

/** The error for an unsuccessful HTTP response: see ServiceError for the rule. Redirects count as a broken service. */
export function errorOfStatus(service: string, status: number, retryAfter: string | undefined): ServiceError {
  const refused = status >= 400 && status < 500 && !RETRYABLE_CLIENT_ERRORS.has(status);
  return new ServiceError(
    service,
    refused ? 'refused' : 'retryable',
    `${service} answered ${status}`,
    status,
    retryAfterMs(retryAfter),
  );
}

/** Retry-After as RFC 9110 10.2.3 has it: whole seconds or an HTTP date. Anything else is ignored. */
export function retryAfterMs(header: string | undefined, now: number = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** A failure without an answer: refused or reset connections, time limits, broken answers. Only the code is kept. */
export function errorWithoutResponse(
  service: string,
  error: unknown,
  endedBy: 'timeout' | 'caller' | null,
): ServiceError {
  if (error instanceof ServiceError) return error;
  if (endedBy === 'timeout') return new ServiceError(service, 'retryable', `${service} did not answer in time`);
  if (endedBy === 'caller')
    return new ServiceError(service, 'retryable', `${service}: the call was given up by its caller`);
  return new ServiceError(service, 'retryable', `${service} could not be reached: ${codeOf(error)}`);
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'unknown cause';
}
