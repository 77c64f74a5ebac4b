import type { GoldenCase } from './cases';

/** A number of the closed list of wanted differences. */
export type WantedNumber = 'P1' | 'P2' | 'P3' | 'P7' | 'P11' | 'P12';

const COMPLETED = new Set([
  ...['declined', 'timed_out', 'submitted', 'second_review_required', 'verified', 'rejected', 'error'],
  ...['onboarding_missing', 'onboarding_pending', 'onboarding_failed', 'onboarding_expired'],
]);

const STATUS_ASKED: Record<string, string> = {
  start: 'started',
  stop: 'ready_to_submit',
  submit: 'submitted',
  click_download_software: 'download_software_clicked',
  decline: 'declined',
  error: 'error',
};

const CRASHES = new Set(['AttributeError', 'KeyError', 'UnboundLocalError', 'NotImplementedError']);

/**
 * Which wanted difference a case of the 6.1.4 recordings shows, if any. Told by the case's input alone, so that it cannot
 * excuse a difference that nobody wanted.
 */
export function wantedDifference(file: string, one: GoldenCase): WantedNumber | undefined {
  if (file === 'transitions') return one.to === 'not_reviewed' || one.to === 'no_such_status' ? 'P12' : undefined;
  if (one.error && CRASHES.has(one.error.type)) return 'P2';
  if (file === 'actions' && one.family === 'action') return actionDifference(one);
  return failsHalfWay(one) ? 'P3' : undefined;
}

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
  const asked = STATUS_ASKED[action];
  if (asked === undefined) return undefined;
  return asked === status || COMPLETED.has(status) ? 'P1' : undefined;
}
