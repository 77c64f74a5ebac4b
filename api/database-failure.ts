/** Node's and Postgres' words for "no connection": SQLSTATE class 08, shutdowns, too many connections, pool exhausted. */
const UNAVAILABLE_CODES = /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|08\w{3}|57P0[1-3]|53300)$/;
const UNAVAILABLE_MESSAGES = /connection terminated|timeout acquiring a connection|unable to acquire a connection/i;

/** True when Postgres could not be reached: the caller may try again, nothing was changed. */
export function isDatabaseUnavailable(error: Error & { code?: unknown }): boolean {
  if (typeof error.code === 'string' && UNAVAILABLE_CODES.test(error.code)) return true;
  if (error instanceof AggregateError) return error.errors.some((inner: Error) => isDatabaseUnavailable(inner));
  return UNAVAILABLE_MESSAGES.test(error.message) || error.name === 'KnexTimeoutError';
}

/** The unique or foreign key constraint a write ran into, by name; undefined for any other error. */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('constraint' in error)) return undefined;
  const isViolation = error.code === '23505' || error.code === '23503';
  return isViolation && typeof error.constraint === 'string' ? error.constraint : undefined;
}
