import type { AttentionReason } from '../../contracts/attempts/attention';
import type { AttemptKey, AttemptState, AttemptView, DueEffect } from '../../contracts/attempts/messages';
import type { DecidedEffect } from '../../db/attempts/archive-and-effects';
import { wallDeadline } from '../../db/attempts/deadlines';
import type { DecisionContextRows } from '../../db/attempts/decision-context';
import { attemptView } from '../../db/attempts/view';
import type { PlannedEffect } from '../../db/effects/drafts';
import { deadlineOf } from '../../domain/attempts/deadline';
import type { AttemptWrite } from '../../domain/attempts/decision';
import type { Attempt } from '../../domain/attempts/model';

/** The stored deadline of an attempt as it is saved. Minutes that are not fixed are counted by the rows as they are now. */
export function deadlinesFor(rows: DecisionContextRows, nowMs: number): (attempt: Attempt) => Date | null {
  return (attempt) => wallDeadline(deadlineOf(attempt, rows), rows.course.clock, nowMs);
}

/** What a decision changed. */
export interface ContextChanges {
  writes: readonly AttemptWrite[];
  effects: readonly PlannedEffect[];
  now: Date;
}

/** The workflow's own attempt after the decision, as its cache will hold it. */
export function stateAfter(
  rows: DecisionContextRows,
  key: AttemptKey,
  changes: ContextChanges,
): Omit<AttemptState, 'due'> {
  const isOwn = (attempt: Attempt) => attempt.examId === key.examId && attempt.number === key.attemptNumber;
  const view = viewOf(rows, changes, isOwn, rows.attempt);
  return { attempt: view, version: view?.version ?? 0, clock: rows.course.clock };
}

/** The attempt the caller gets, where the decision made another one than the workflow's own. */
export function viewAfter(
  rows: DecisionContextRows,
  key: AttemptKey,
  changes: ContextChanges,
  attemptId: string,
): AttemptView | null {
  const isRequested = (attempt: Attempt) => attempt.id === attemptId && attempt.number !== key.attemptNumber;
  return viewOf(rows, changes, isRequested, null);
}

function viewOf(
  rows: DecisionContextRows,
  { writes, effects, now }: ContextChanges,
  matches: (attempt: Attempt) => boolean,
  before: Attempt | null,
): AttemptView | null {
  const write = writes.findLast((one) => matches(one.do === 'save' ? one.after : one.attempt));
  const attempt = write ? (write.do === 'save' ? write.after : write.attempt) : before;
  if (!attempt) return null;
  const fresh = effects.filter(({ attemptId, replaced }) => attemptId === attempt.id && !replaced).length;
  const { exam, extraTimeMins } = rows;
  return attemptView(
    {
      attempt,
      courseId: rows.course.courseId,
      contentId: exam.contentId,
      terms: { exam, extraTimeMins },
      pendingEffects: fresh + (attempt.id === rows.attempt?.id ? rows.pendingEffects : 0),
      needsAttention: attempt.id === rows.attempt?.id ? reasonsAfter(rows, attempt) : [],
      archived: write?.do === 'remove' ? 'removed' : null,
    },
    now,
  );
}

/** As the save leaves them (db/attempts/row-writes.ts). */
function reasonsAfter({ attempt: before, needsAttention }: DecisionContextRows, after: Attempt): AttentionReason[] {
  if (before?.version === after.version) return needsAttention;
  const isSameReview = before?.reviewDueAt?.getTime() === after.reviewDueAt?.getTime();
  return needsAttention.filter((reason) => reason !== 'stuck' && (reason !== 'review-overdue' || isSameReview));
}

/** Of the effects a decision stored, those the workflow must perform. */
export function dueAmong(effects: readonly DecidedEffect[]): DueEffect[] {
  return effects
    .filter(({ state }) => state !== 'superseded')
    .map(({ effectId, name, target }) => ({ effectId, name, target }));
}
