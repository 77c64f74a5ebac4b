import type { GoldenCase } from './cases';

/** A number of docs/decided-differences.md. */
export type WantedNumber = 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P7' | 'P11' | 'P12' | 'P13' | 'P14' | 'P15' | 'P16' | 'P17';

const COMPLETED = new Set([
  ...['declined', 'timed_out', 'submitted', 'second_review_required', 'verified', 'rejected', 'error'],
  ...['onboarding_missing', 'onboarding_pending', 'onboarding_failed', 'onboarding_expired'],
]);

/** Completed in 6.1.4's sense. */
export function isCompletedAsRecorded(status: string): boolean {
  return COMPLETED.has(status);
}

/** The status that an action asks for. */
export const REQUESTED_STATUS: Record<string, string> = {
  start: 'started',
  stop: 'ready_to_submit',
  submit: 'submitted',
  click_download_software: 'download_software_clicked',
  decline: 'declined',
  error: 'error',
};

const CRASHES = new Set(['AttributeError', 'KeyError', 'UnboundLocalError', 'NotImplementedError']);

/** Errors that nobody raised on purpose (docs/recorded-behaviour.md#errors). */
export function isCrash(type: string): boolean {
  return CRASHES.has(type);
}

/**
 * Which wanted difference a case of the 6.1.4 recordings shows, if any. Derived from the case's input alone, so that it cannot
 * excuse a difference that nobody wanted.
 */
export function wantedDifference(file: string, one: GoldenCase): WantedNumber | undefined {
  if (file === 'transitions') return one.to === 'not_reviewed' || one.to === 'no_such_status' ? 'P12' : undefined;
  if (file === 'reviews' || one.family === 'review') return reviewDifference(one);
  if (one.error && CRASHES.has(one.error.type)) return 'P2';
  if (file === 'actions' && one.family === 'action') return actionDifference(one);
  return failsHalfWay(one) ? 'P3' : undefined;
}

/** An unknown reviewer who is trusted, a launch that submits, a crash half way; and repeated effects of the same verdict (`classic`). */
function reviewDifference(one: GoldenCase): WantedNumber | undefined {
  if (one.error && CRASHES.has(one.error.type)) return one.changed ? 'P3' : 'P2';
  const difference = REVIEW_DIFFERENCES.find(({ family, when }) => family === one.family && when(one));
  return difference?.number;
}

const hasVerdict = ({ payload }: GoldenCase, verdict: string): boolean => payload?.['reviewStatus'] === verdict;

const REVIEW_DIFFERENCES: { family: string; number: WantedNumber; when: (one: GoldenCase) => boolean }[] = [
  { family: 'psi_reviewed_by', number: 'P4', when: ({ payload }) => typeof payload?.['reviewed_by'] === 'string' },
  {
    family: 'psi_start_exam',
    number: 'P5',
    when: ({ attempt_status: status }) => status === 'started' || status === 'ready_to_submit',
  },
  {
    family: 'psi_prepared',
    number: 'P15',
    when: (one) => one.prepare === 'change_backend' && hasVerdict(one, 'Rules Violation'),
  },
  {
    family: 'psi_prepared',
    number: 'P16',
    when: (one) => ['change_backend', 'make_timed'].includes(one.prepare ?? '') && hasVerdict(one, 'Not Reviewed'),
  },
  {
    family: 'review',
    number: 'P13',
    when: ({ payload, attempt_status: status }) =>
      status === (['Clean', 'Suspicious'].includes(String(payload?.['reviewStatus'])) ? 'verified' : 'rejected'),
  },
];

/** A registration the provider refuses, or a restart past the due date: recorded with part of its writes, or as success. */
function failsHalfWay({ family, kind, provider_answer, ...one }: GoldenCase): boolean {
  const refused = provider_answer === 'cannot_register' || provider_answer === 'no_id';
  if (family === 'register_fails') return refused && kind !== 'timed';
  return family === 'reset_practice' && !one.ok && (one.changed ?? one.deleted) !== undefined;
}

function actionDifference({ action, status, http }: GoldenCase): WantedNumber | undefined {
  if (http === 500) return 'P2';
  if (typeof action !== 'string' || typeof status !== 'string') return undefined;
  if (action === 'mark_ready_to_resume') return status === 'error' ? 'P1' : undefined;
  const requested = REQUESTED_STATUS[action];
  if (requested === undefined) return undefined;
  return requested === status || COMPLETED.has(status) ? 'P1' : undefined;
}
