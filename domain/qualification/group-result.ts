import type { AssignmentGroup, GroupDeadline, PublishedFeedback } from './model';

/** How far the grading of a group is; only `corrected` lets its feedback count. */
export type GroupState = 'corrected' | 'closed-without-feedback' | 'waiting' | 'no-deadlines';

/** As people are shown it: what a group waits for depends on the hour. */
export type ShownGroupState = Exclude<GroupState, 'waiting'> | 'waiting-for-deliveries' | 'waiting-for-feedback';

/** What rules see of a group. `points`, `passing` and `grade` are those of the newest feedback, also where it doesn't count. */
export interface GroupResult {
  groupId: number;
  assignmentId: string;
  state: GroupState;
  points: number | null;
  passing: boolean | null;
  grade: string | null;
  lastDeadlineAt: Date | null;
}

/** A group's result without the hour: the same group has the same result until something is imported about it. */
export function groupResult(group: AssignmentGroup): GroupResult {
  const newest = newestFeedback(group.deadlines);
  return {
    groupId: group.groupId,
    assignmentId: group.assignmentId,
    state: stateOf(group, newest),
    points: newest?.points ?? null,
    passing: newest?.isPassing ?? null,
    grade: newest?.grade ?? null,
    lastDeadlineAt: lastDeadline(group.deadlines),
  };
}

/** What a person is shown: a group that waits, waits for deliveries before its last deadline and for feedback after it. */
export function shownState(
  { state, lastDeadlineAt }: Pick<GroupResult, 'state' | 'lastDeadlineAt'>,
  at: Date,
): ShownGroupState {
  if (state !== 'waiting') return state;
  return lastDeadlineAt !== null && at < lastDeadlineAt ? 'waiting-for-deliveries' : 'waiting-for-feedback';
}

/**
 * An open group hides what was published before: the student is at it again. Closed by hand, its newest feedback counts
 * again, of whichever attempt.
 */
function stateOf({ deadlines, isOpen }: AssignmentGroup, newest: PublishedFeedback | null): GroupState {
  if (deadlines.length === 0) return 'no-deadlines';
  if (isOpen) return 'waiting';
  return newest === null ? 'closed-without-feedback' : 'corrected';
}

/** By the instant it was saved, whatever order rows come in; of two saved at once the one with the later id. */
function newestFeedback(deadlines: readonly GroupDeadline[]): PublishedFeedback | null {
  let newest: PublishedFeedback | null = null;
  for (const { feedback } of deadlines) {
    for (const one of feedback) if (newest === null || isNewer(one, newest)) newest = one;
  }
  return newest;
}

function isNewer(one: PublishedFeedback, other: PublishedFeedback): boolean {
  const between = one.savedAt.getTime() - other.savedAt.getTime();
  return between === 0 ? isLaterId(one.feedbackId, other.feedbackId) : between > 0;
}

/** Ids are mostly numbers in strings: "10" was given after "9". */
function isLaterId(one: string, other: string): boolean {
  const areNumbers = /^\d+$/.test(one) && /^\d+$/.test(other);
  return areNumbers && one.length !== other.length ? one.length > other.length : one > other;
}

function lastDeadline(deadlines: readonly GroupDeadline[]): Date | null {
  let last: Date | null = null;
  for (const { deadlineAt } of deadlines) if (last === null || deadlineAt > last) last = deadlineAt;
  return last;
}
