import type { Command } from './commands';
import type { DecisionContext } from './decision';
import type { Attempt } from './model';

/** The attempts a command may be about: the one it is addressed to, and the learner's others on the exam. */
export type AddressedAttempts = Pick<DecisionContext, 'attempt' | 'others'>;

/**
 * The attempt a command decides on: its provider's rules count, for its whole life. Null: the one the command creates, or none.
 */
export function subjectOf(
  command: Pick<Command, 'type'> & { action?: string },
  context: AddressedAttempts,
): Attempt | null {
  const { attempt } = context;
  switch (command.type) {
    case 'create':
      return null;
    case 'declineByCascade':
      return attempt ?? currentOf(context) ?? null;
    case 'act':
      return (command.action === 'reset_attempt' && currentOf(context)) || attempt;
    default:
      return attempt;
  }
}

/** The learner's attempt that a new one replaces as current: the newest if none is flagged. */
export function currentOf(context: AddressedAttempts): Attempt | undefined {
  const live = liveAttempts(context);
  return live.find((attempt) => attempt.isCurrent) ?? live.toSorted((a, b) => a.number - b.number).at(-1);
}

export function liveAttempts({ attempt, others }: AddressedAttempts): Attempt[] {
  return attempt ? [...others, attempt] : others;
}
