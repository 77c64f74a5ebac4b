import { type HttpResponse, parseJson, readField } from '../http/transport';
import { ChannelRejection } from './rejection';

const FAILED_WORDS = /^(?:error|fail|failed|failure|rejected|invalid)$/i;

/**
 * A successful response may still name a failure: an `error`, a list of `errors`, or an entry of a list that says it
 * failed. Channels answer 200 and 201 to requests whose records they refused. @returns the status @throws ChannelRejection
 */
export function checkNamesNoFailure({ status, text }: HttpResponse): number {
  const body = parseJson(text);
  if (!hasErrorField(body) && !entries(body).some((entry) => hasErrorField(entry) || saysFailed(entry))) return status;
  throw new ChannelRejection('refused-in-answer', `the answer names a failure (${status})`, { status });
}

function entries(body: unknown): unknown[] {
  if (Array.isArray(body)) return body;
  if (typeof body !== 'object' || body === null) return [];
  return Object.values(body).flatMap((value: unknown) => (Array.isArray(value) ? (value as unknown[]) : []));
}

function hasErrorField(entry: unknown): boolean {
  const errors = readField(entry, 'errors');
  if (Array.isArray(errors) && errors.length > 0) return true;
  return ['error', 'errorCode', 'errorMessage', 'exception'].some((name) => isPresent(readField(entry, name)));
}

function saysFailed(entry: unknown): boolean {
  const status = readField(entry, 'status');
  return readField(entry, 'success') === false || (typeof status === 'string' && FAILED_WORDS.test(status));
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && value !== false && value !== 0;
}
