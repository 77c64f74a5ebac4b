import type { Decision, DecisionContext } from '../decision';
import { changeStatus } from './change-status';
import { refuse } from './refuse';

/**
 * The provider says that the learner may begin. It opens an attempt that has not begun and does nothing to any other:
 * an exam in progress is not handed in by a callback without login (docs/decided-differences.md#p5; reviews.json,
 * psi_start_exam, rest_ready).
 */
export function providerReady(context: DecisionContext): Decision {
  const { attempt } = context;
  if (attempt === null) return refuse('attempt-not-found', 'There is no such attempt.');
  const opens = attempt.status === 'created' || attempt.status === 'download_software_clicked';
  if (!opens) return { kind: 'unchanged', attemptId: attempt.id };
  return changeStatus(context, { to: 'ready_to_start' });
}
