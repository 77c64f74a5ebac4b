import type { Question, AttemptWrite, DecisionContext } from '../decision';
import type { EffectAction, EffectDraft } from '../effects';
import type { Attempt } from '../model';
import type { AttemptStatus } from '../statuses';
import { revise } from './accept';

/** An attempt about to enter a status, or to be stored otherwise; `after` already carries the new version. */
export interface Entry {
  before: Attempt;
  after: Attempt;
  archive: Attempt[];
  effects: EffectDraft[];
  /** Attempts that go away together with the entry, in order; `after` itself may be among them. */
  cleared: Attempt[];
}

export type EntryResult = Entry | { question: Question };

/** How a status is entered; `to` may be any text while it comes from outside. */
export interface EntryOptions<To extends string = AttemptStatus> {
  to: To;
  /** False: other exams of the course are left alone, and what is declined keeps its provider's id. */
  cascade?: boolean;
  requestedBy?: string | undefined;
  timeoutAt?: Date | undefined;
  timeRemainingSeconds?: number | undefined;
}

/** An effect of the command that gave `attempt` its present version. */
export function draftEffect(attempt: Attempt, action: EffectAction): EffectDraft {
  const { id: attemptId, version, examId, userId } = attempt;
  return { action, attemptId, version, examId, userId };
}

/** After `gone` have left: the newest of those that remain becomes current, if the current one is among the gone. */
export function promoteNewest(context: DecisionContext, live: Attempt[], removed: Attempt[]): AttemptWrite[] {
  const isRemoved = (attempt: Attempt): boolean => removed.some((other) => other.id === attempt.id);
  const remaining = live.filter((attempt) => !isRemoved(attempt));
  if (remaining.some((attempt) => attempt.isCurrent)) return [];
  const newest = remaining.toSorted((a, b) => a.number - b.number).at(-1);
  return newest ? [{ do: 'save', before: newest, after: revise(context, newest, { isCurrent: true }) }] : [];
}

/** The writes of an entry into a row that exists already, clean-up included. */
export function writesOf(context: DecisionContext, entry: Entry): AttemptWrite[] {
  const removals = entry.cleared.map((attempt): AttemptWrite => ({ do: 'remove', attempt }));
  const removesItself = entry.cleared.some((attempt) => attempt.id === entry.after.id);
  const saved: AttemptWrite[] = removesItself ? [] : [{ do: 'save', before: entry.before, after: entry.after }];
  const promoted = removals.length > 0 ? promoteNewest(context, [...context.others, entry.after], entry.cleared) : [];
  return [...saved, ...removals, ...promoted];
}
