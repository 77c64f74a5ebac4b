import { ApplicationFailure } from '@temporalio/workflow';
import type { CommandRequest } from '../../contracts/attempts/commands';
import type { AttemptState, AttemptView } from '../../contracts/attempts/messages';
import { changeInWords } from './summaries';

/** What a workflow knows of the row. */
export class AttemptCache {
  state: AttemptState = { attempt: null, version: 0, due: [], clock: { offsetMs: 0, frozenAtMs: null } };
  /** In words; null: not in this run. */
  lastChange: string | null = null;

  /** The outcome of a command, which does not look at effects that failed before. */
  decided(state: AttemptState, by: CommandRequest['type']): void {
    this.replace({ ...laterOf(this.state, state), failed: this.state.failed }, by);
  }

  /** The row as it was read, or came of something else than a command. */
  read(state: AttemptState): void {
    const { due, clock, failed } = state;
    this.replace({ ...laterOf(this.state, state), due, clock, failed });
  }

  private replace(state: AttemptState, by?: CommandRequest['type']): void {
    this.lastChange = changeInWords(this.state, state, by) ?? this.lastChange;
    this.state = state;
  }
}

/** The later of two states; of the same version the one that came last. */
function laterOf(known: AttemptState, state: AttemptState): AttemptState {
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
