import type { Decision, DecisionContext } from '../decision';
import type { Attempt } from '../model';

export type Accepted = Extract<Decision, { kind: 'accepted' }>;

/** A decision that writes, archives and has effects outside only as far as given. */
export function accept(attemptId: string, parts: Partial<Accepted> = {}): Accepted {
  return { kind: 'accepted', attemptId, writes: [], archive: [], effects: [], ...parts };
}

/** The row as an accepted command leaves it: one version further. */
export function revise(context: DecisionContext, attempt: Attempt, changes: Partial<Attempt>): Attempt {
  return { ...attempt, ...changes, version: attempt.version + 1, modifiedAt: context.now };
}

/** Only the row changes. */
export function acceptChanges(context: DecisionContext, before: Attempt, changes: Partial<Attempt>): Accepted {
  return accept(before.id, { writes: [{ do: 'save', before, after: revise(context, before, changes) }] });
}
