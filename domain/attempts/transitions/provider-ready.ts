import type { Decision, DecisionContext } from '../decision';
import { changeStatus } from './change-status';
import { refuse } from './refuse';
import { isPastDue } from './registration';

/**
 * The provider says that the learner may begin. It opens an attempt that has not begun and is not past due, and does nothing to
 * any other: an exam in progress is not handed in by a callback without login (docs/decided-differences.md#p5 and #p17;
 * reviews.json, psi_start_exam, rest_ready).
 */
export function providerReady(context: DecisionContext): Decision {
  const { attempt } = context;
  if (attempt === null) return refuse('attempt-not-found', 'There is no such attempt.');
  const opens = attempt.status === 'created' || attempt.status === 'download_software_clicked';
  if (!opens || isPastDue(context)) return { kind: 'unchanged', attemptId: attempt.id };
  return changeStatus(context, { to: 'ready_to_start' });
}
