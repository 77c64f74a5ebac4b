import type { DecisionErrorCode } from '../domain/attempts/decision';

interface ErrorEntry {
  status: number;
  title: string;
}

/** Every error a caller can get: code → HTTP status and title. The code is also `ApplicationFailure.type`. */
export const ERRORS = {
  'attempt-not-found': { status: 404, title: 'No such attempt' },
  'attempt-already-exists': { status: 409, title: 'The learner already has an attempt on this exam' },
  'illegal-status-transition': { status: 409, title: 'This status cannot follow the present one' },
  'unknown-status': { status: 400, title: 'No such attempt status' },
  'attempt-completed': { status: 409, title: 'The attempt is completed' },
  'action-not-allowed': { status: 403, title: 'You may not do this' },
  'exam-inactive': { status: 409, title: 'The exam is not active' },
  'exam-not-proctored': { status: 409, title: 'The exam is not proctored' },
  'exam-past-due': { status: 409, title: 'The exam is past its due date' },
  'not-resumable': { status: 409, title: 'The attempt cannot be resumed' },
  'provider-refused': { status: 409, title: 'The proctoring provider refused' },
  'provider-removal-failed': { status: 502, title: 'The proctoring provider did not confirm the removal' },
  'bad-review-status': { status: 400, title: 'No such review status' },
  'suspicious-lookup': { status: 403, title: 'The external id does not belong to the attempt' },
  'callback-refused': { status: 403, title: 'The callback does not come from the provider' },
  'review-already-exists': { status: 409, title: 'The attempt has a review already' },
  'review-not-found': { status: 404, title: 'No such review' },
  'exam-no-longer-proctored': { status: 412, title: 'The exam is no longer proctored' },
  'provider-unavailable': { status: 503, title: 'The proctoring provider gave no answer in time' },
  'courses-unavailable': { status: 503, title: 'The courses service gave no answer in time' },
  'exam-not-found': { status: 404, title: 'No such exam' },
  'course-not-found': { status: 404, title: 'No such course' },
  'learner-not-found': { status: 404, title: 'No such learner' },
  'customer-not-found': { status: 404, title: 'No such customer' },
  'channel-not-found': { status: 404, title: 'The customer has no such channel' },
  'channel-kind-fixed': { status: 409, title: 'A channel keeps its kind' },
  'credential-keys-missing': { status: 503, title: 'No keys are configured to keep credentials with' },
  'channel-disabled': { status: 409, title: 'The channel is switched off' },
  'enrollment-not-found': { status: 404, title: 'The customer has no such enrollment' },
  'learner-and-course-run-go-together': { status: 400, title: 'Name a learner and a course run, or neither' },
  'level-not-supported': { status: 400, title: 'This kind of channel takes no such records' },
  'export-already-running': { status: 409, title: 'Such an export goes on already' },
  'not-acceptable': { status: 406, title: 'Nothing on offer that is accepted' },
  'export-not-found': { status: 404, title: 'No such export' },
  'export-ended': { status: 409, title: 'The export has ended' },
  'transmission-not-found': { status: 404, title: 'The customer has no such transmission' },
  'transmission-not-held': { status: 409, title: 'Only a transmission in doubt can be resolved' },
  'effect-not-found': { status: 404, title: 'No such effect' },
  'allowance-not-found': { status: 404, title: 'No such allowance' },
  'unknown-provider': { status: 400, title: 'No such proctoring provider is configured' },
  'username-taken': { status: 409, title: 'Another learner has this user name' },
  'exam-already-exists': { status: 409, title: 'The course already has an exam for this content' },
  'effect-not-failed': { status: 409, title: 'Only a failed effect can be retried' },
  'bad-request': { status: 400, title: 'The request is malformed' },
  unauthenticated: { status: 401, title: 'A valid bearer token is needed' },
  'insufficient-scope': { status: 403, title: 'The token lacks a scope' },
  'not-your-attempt': { status: 403, title: 'The attempt belongs to another learner' },
  'not-found': { status: 404, title: 'No such resource' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'Send application/json' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used for another request' },
  'request-in-progress': { status: 409, title: 'The same request is still running' },
  'outcome-unknown': { status: 503, title: 'No outcome yet; repeat with the same Idempotency-Key' },
  'temporal-unavailable': { status: 503, title: 'Temporal cannot be reached; nothing was changed' },
  'database-unavailable': { status: 503, title: 'The database cannot be reached; nothing was changed' },
  'keys-unavailable': { status: 503, title: 'The keys that tokens are signed with cannot be fetched' },
  'internal-error': { status: 500, title: 'Something went wrong on our side' },
} as const satisfies Record<string, ErrorEntry> & Record<DecisionErrorCode, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}
