import { decidedNow } from '../../../../domain/qualification/decided-list';
import type { QualificationDraft } from '../../../../domain/qualification/drafts';
import { evaluate, type Evaluation } from '../../../../domain/qualification/evaluation';
import { approvedAll } from '../../../../domain/qualification/plugins/approved-all';
import type { SaveContext } from '../../../../domain/qualification/save';
import { savedPlugin } from '../../../../domain/qualification/saved-plugin';
import { assignmentWith, BEGINNING, daysIn, gradedGroup, semesterOf } from '../../../support/period-builders';

/** Ann passes the only assignment, Bo fails it, Eve has no group; the draft was previewed an hour ago. */
export function evaluationWith(
  points: Partial<Record<'ann' | 'bo', number>> = {},
  users = ['ann', 'bo', 'eve'],
): Evaluation {
  const { ann = 60, bo = 20 } = points;
  const groups = [gradedGroup(1, 'a1', ['ann'], [[ann, ann >= 40]]), gradedGroup(2, 'a1', ['bo'], [[bo, bo >= 40]])];
  return evaluate(approvedAll, {}, semesterOf([assignmentWith('a1')], users, groups));
}

export const NOW = daysIn(60);

export function draftWith(given: Partial<QualificationDraft> = {}): QualificationDraft {
  const changedAt = new Date(NOW.getTime() - 3_600_000);
  return { draftId: 'd1', periodId: 'p1', state: 'ready', changedAt, basedOnSeq: null, ...given };
}

export function saveContext(given: Partial<SaveContext> = {}): SaveContext {
  return {
    period: { periodId: 'p1', startsAt: BEGINNING, endsAt: daysIn(120) },
    newest: null,
    importRunning: false,
    draft: draftWith(),
    plugin: savedPlugin(approvedAll, {}, new Map()),
    settings: {},
    preview: decidedNow(evaluationWith()),
    now: evaluationWith(),
    at: NOW,
    by: 'maria',
    ...given,
  };
}
