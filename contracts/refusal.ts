import type { ErrorCode } from './errors';

/** Members beside the standard ones that a problem document may carry, e.g. the code of the attempt in the way. */
export type RefusalExtras = Partial<Record<string, string | number | readonly object[]>>;

/**
 * A request is answered with an error of the table in contracts/errors.ts. `detail` is for people: ids only, no personal
 * data. Whatever else is thrown counts as a defect and becomes `internal-error`.
 */
export class Refusal extends Error {
  constructor(
    readonly code: ErrorCode,
    detail?: string,
    readonly extras: RefusalExtras = {},
  ) {
    super(detail ?? '');
    this.name = 'Refusal';
  }
}
