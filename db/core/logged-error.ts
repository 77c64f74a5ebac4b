import { isDatabaseError } from './database-failure';

interface LoggedError {
  [name: string]: unknown;
  type: string;
  message: string;
  code?: string;
  stack: string;
}

const STACK_LINES = 12;

/**
 * What may be said of an error in a log. Errors of Postgres quote the statement and its values, which are names and addresses:
 * of those only the code is said.
 */
export function loggedError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error), stack: '' };
  const { code } = error as Error & { code?: unknown };
  const message = isDatabaseError(error) ? 'database error' : error.message;
  const stack = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const said = { type: error.name, message, stack: stack.slice(0, STACK_LINES).join('\n') };
  return typeof code === 'string' ? { ...said, code } : said;
}

/** For pino: `{ serializers: ERROR_SERIALIZERS }`. */
export const ERROR_SERIALIZERS = { err: loggedError };
