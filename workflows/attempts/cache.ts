import { ApplicationFailure } from '@temporalio/workflow';
import type { AttemptState, AttemptView } from '../../contracts/attempts/messages';

/** What a workflow knows before it has read the row. */
export function emptyState(): AttemptState {
  return { attempt: null, version: 0, due: [], clock: { offsetMs: 0, frozenAtMs: null } };
}

/** The later of two states; of the same version the one that came last. */
export function laterOf(known: AttemptState, state: AttemptState): AttemptState {
  return rank(state) < rank(known) ? known : state;
}

export function requireAttempt(state: AttemptState): AttemptView {
  if (!state.attempt) throw ApplicationFailure.nonRetryable('There is no such attempt.', 'attempt-not-found');
  return state.attempt;
}

/** Later states rank higher; a removed attempt never comes back under its number. */
function rank({ attempt, version }: AttemptState): number {
  return attempt?.isArchived ? Number.MAX_SAFE_INTEGER : version;
}
