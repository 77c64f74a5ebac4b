import { ApiError } from '../../../contracts/api-error';
import { type ErrorCode, ERRORS } from '../../../contracts/errors';

/** What the audit log calls a callback that changed nothing. */
export type Incident =
  'callback.forged' | 'callback.replayed' | 'callback.foreign-provider' | 'callback.malformed' | 'callback.refused';

/** A callback is refused for something its code alone does not tell from a mistake. */
export class CallbackRefusal extends ApiError {
  constructor(
    code: ErrorCode,
    detail: string,
    readonly incident?: Incident,
  ) {
    super(code, detail);
  }
}

const INCIDENT_OF: Partial<Record<ErrorCode, Incident>> = {
  'attempt-not-found': 'callback.forged',
  'suspicious-lookup': 'callback.forged',
  'callback-refused': 'callback.forged',
  'review-already-exists': 'callback.replayed',
  'unknown-provider': 'callback.refused',
};

/** The body cannot be read, or does not say what it must. */
const MALFORMED: ReadonlySet<number> = new Set([400, 413, 415]);

export function incidentOf(error: ApiError): Incident {
  const own = error instanceof CallbackRefusal ? error.incident : undefined;
  const byStatus = MALFORMED.has(ERRORS[error.code].status) ? 'callback.malformed' : 'callback.refused';
  return own ?? INCIDENT_OF[error.code] ?? byStatus;
}
