import { NamespaceNotFoundError } from '@temporalio/client';
import { ServiceError } from '../clients/http/service-error';
import { SettingsError } from '../config/settings';

/** The command line makes no sense: exit code 2. */
export class MisuseError extends Error {
  override readonly name = 'MisuseError';
}

/** What an operator can mend; the message says what happened, why, and what to do. Exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

interface Failure {
  code?: unknown;
  details?: string;
  cause?: unknown;
  errors?: unknown[];
  name?: string;
  message?: string;
}

/** The code of a failed system or network call, wherever it hides: fetch, pools and gRPC wrap it. */
export function causeCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown cause';
  const { code, details, cause, errors, name, message } = error as Failure;
  if (typeof code === 'string') return code;
  const inner = errors?.[0] ?? cause;
  if (inner !== undefined) return causeCode(inner);
  if (name === 'TimeoutError') return 'no answer in time';
  return /\bE[A-Z]{4,}\b/.exec(details ?? '')?.[0] ?? (message || 'unknown cause');
}

/** What goes to standard error for a failure. Never a stack: who needs one has a defect to report, and the message. */
export function describeFailure(error: unknown): string {
  if (error instanceof MisuseError || error instanceof CommandError) return error.message;
  if (error instanceof SettingsError || error instanceof ServiceError) return error.message;
  if (error instanceof NamespaceNotFoundError)
    return `Temporal has no namespace ${error.namespace}; TEMPORAL_NAMESPACE names another.`;
  const message = error instanceof Error ? error.message : String(error);
  return `Unexpected: ${message || causeCode(error)}`;
}

const FILE_PROBLEMS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'that is a folder, not a file',
  EACCES: 'this user may not read it',
};

/** For a file that an operator named. */
export function unreadableFile(file: string, error: unknown): CommandError {
  const code = causeCode(error);
  return new CommandError(`${file}: ${FILE_PROBLEMS[code] ?? `it cannot be read (${code})`}.`);
}
