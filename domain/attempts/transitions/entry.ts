import type { Question, Write, World } from '../decision';
import type { EffectAction, EffectDraft } from '../effects';
import type { Attempt } from '../model';
import type { AttemptStatus } from '../statuses';

/** An attempt about to enter a status, or to be stored otherwise; `after` already carries the new version. */
export interface Entry {
  before: Attempt;
  after: Attempt;
  archive: Attempt[];
  effects: EffectDraft[];
  /** Attempts that go away together with the entry, in order; `after` itself may be among them. */
  cleared: Attempt[];
}

export type EntryResult = Entry | { ask: Question };

/** How a status is entered. */
export interface EntryOptions {
  to: AttemptStatus;
  cascade: boolean;
  requestedBy?: string | undefined;
  timeoutAt?: Date | undefined;
  timeRemainingSeconds?: number | undefined;
}

/** The row as an accepted command leaves it: one version further. */
export function revised(world: World, attempt: Attempt, changes: Partial<Attempt>): Attempt {
  return { ...attempt, ...changes, version: attempt.version + 1, modifiedAt: world.now };
}

/** An effect of the command that gave `attempt` its present version. */
export function effectOf(attempt: Attempt, action: EffectAction): EffectDraft {
  const { id: attemptId, version, examId, userId } = attempt;
  return { action, attemptId, version, examId, userId };
}

/** After `gone` have left: the newest of those that remain becomes current, if the current one is among the gone. */
export function promoteNewest(world: World, live: Attempt[], gone: Attempt[]): Write[] {
  const isGone = (attempt: Attempt): boolean => gone.some((other) => other.id === attempt.id);
  const remaining = live.filter((attempt) => !isGone(attempt));
  if (remaining.some((attempt) => attempt.isCurrent)) return [];
  const newest = remaining.toSorted((a, b) => a.number - b.number).at(-1);
  return newest ? [{ do: 'save', before: newest, after: revised(world, newest, { isCurrent: true }) }] : [];
}

/** The writes of an entry into a row that exists already, clean-up included. */
export function writesOf(world: World, entry: Entry): Write[] {
  const removals = entry.cleared.map((attempt): Write => ({ do: 'remove', attempt }));
  const goneItself = entry.cleared.some((attempt) => attempt.id === entry.after.id);
  const saved: Write[] = goneItself ? [] : [{ do: 'save', before: entry.before, after: entry.after }];
  const promoted = removals.length > 0 ? promoteNewest(world, [...world.others, entry.after], entry.cleared) : [];
  return [...saved, ...removals, ...promoted];
}
