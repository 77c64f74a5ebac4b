import type { ErrorCode } from './errors';

/** Members beside the standard ones that a problem document may carry, e.g. the code of the attempt in the way. */
export type ApiErrorExtras = Partial<Record<string, string | number | readonly object[]>>;

/**
 * A request is answered with an error of the table in contracts/errors.ts. `detail` is for people: ids only, no personal
 * data. Anything else thrown is a defect and becomes `internal-error`.
 */
export class ApiError extends Error {
  constructor(
    readonly code: ErrorCode,
    detail?: string,
    readonly extras: ApiErrorExtras = {},
  ) {
    super(detail ?? '');
    this.name = 'ApiError';
  }
}
