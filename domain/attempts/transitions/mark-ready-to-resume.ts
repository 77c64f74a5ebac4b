import type { Decision, DecisionContext } from '../decision';
import { acceptChanges } from './accept';
import { refuse } from './refuse';

/** Staff lets the learner go on after an error: the next attempt resumes this one (timing.json, mark_ready_to_resume). */
export function markReadyToResume(context: DecisionContext): Decision {
  const { attempt } = context;
  if (attempt === null) return refuse('attempt-not-found', 'There is no such attempt.');
  if (!attempt.isResumable) return refuse('not-resumable', 'The attempt is not resumable.');
  return acceptChanges(context, attempt, { isResumable: false, readyToResume: true });
}
