import { type ChannelResponse, jsonOf } from './channel-http';

const FAILED_WORDS = /^(?:error|fail|failed|failure|rejected|invalid)$/i;

/**
 * True when a successful response still names a failure: an `error`, a list of `errors`, or an entry of a list that
 * says it failed. Channels answer 200 and 201 to requests whose records they refused.
 */
export function namesFailure(response: ChannelResponse): boolean {
  const body = jsonOf(response);
  return hasErrorField(body) || entries(body).some((entry) => hasErrorField(entry) || saysFailed(entry));
}

function entries(body: unknown): unknown[] {
  if (Array.isArray(body)) return body;
  if (typeof body !== 'object' || body === null) return [];
  return Object.values(body).flatMap((value: unknown) => (Array.isArray(value) ? (value as unknown[]) : []));
}

function hasErrorField(entry: unknown): boolean {
  if (typeof entry !== 'object' || entry === null) return false;
  const { error, errors, errorCode, errorMessage, exception } = entry as Record<string, unknown>;
  return [error, errorCode, errorMessage, exception].some(isPresent) || (Array.isArray(errors) && errors.length > 0);
}

function saysFailed(entry: unknown): boolean {
  if (typeof entry !== 'object' || entry === null) return false;
  const { status, success } = entry as Record<string, unknown>;
  return success === false || (typeof status === 'string' && FAILED_WORDS.test(status));
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && value !== false && value !== 0;
}
