/** Codes of Node and Postgres for "no connection": SQLSTATE class 08, shutdowns. */
const NO_CONNECTION = /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|08\w{3}|57P0[1-3])$/;
/**
 * A server that is there and cannot serve: read only after a failover (25006), out of disk, memory or connections (53…), a lock
 * that did not come (55P03), a statement that took too long (57014), a serialization failure or deadlock (40001, 40P01).
 */
const CANNOT_SERVE = /^(25006|53\w{3}|55P03|57014|40001|40P01)$/;
const UNAVAILABLE_MESSAGES = /connection terminated|timeout acquiring a connection|unable to acquire a connection/i;

/** True when Postgres could not be reached or cannot serve now: the caller may try again, nothing was changed. */
export function isDatabaseUnavailable(error: Error): boolean {
  const native: Error & { code?: unknown } = nativeError(error);
  const { code } = native;
  if (typeof code === 'string' && (NO_CONNECTION.test(code) || CANNOT_SERVE.test(code))) return true;
  if (native instanceof AggregateError) return native.errors.some((inner: Error) => isDatabaseUnavailable(inner));
  return UNAVAILABLE_MESSAGES.test(native.message) || native.name === 'KnexTimeoutError';
}

/** True for errors of Postgres itself: such messages may quote values, so they are not logged. */
export function isDatabaseError(error: Error): boolean {
  return 'severity' in nativeError(error);
}

/** The unique or foreign key constraint a write ran into, by name; undefined for any other error. */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, constraint } = nativeError(error) as { code?: unknown; constraint?: unknown };
  const isViolation = code === '23505' || code === '23503';
  return isViolation && typeof constraint === 'string' ? constraint : undefined;
}

/** objection wraps what the driver throws. */
function nativeError(error: Error): Error {
  return 'nativeError' in error && error.nativeError instanceof Error ? error.nativeError : error;
}

/** True when Postgres refused a value (SQLSTATE classes 22 and 23), e.g. half of a surrogate pair: no other try will do. */
export function isDataFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = nativeError(error) as { code?: unknown };
  return typeof code === 'string' && /^2[23]\w{3}$/.test(code);
}
