import { type PlannedEffect, planEffects } from '../../../../../db/effects/drafts';
import type { EffectDraft } from '../../../../../domain/attempts/effects';

export type QueuedEffectState = 'due' | 'done' | 'skipped' | 'failed' | 'superseded';

export interface QueuedEffect extends PlannedEffect {
  state: QueuedEffectState;
}

/** The effects of all decisions: done in order per target, an older one replaced by a newer one that sets the same thing. */
export class OutsideQueue {
  readonly effects: QueuedEffect[] = [];
  /** The last status sent to the credit service, by exam and learner; a removed requirement has no entry. */
  readonly credit = new Map<string, string>();

  add(drafts: readonly EffectDraft[]): void {
    const planned = planEffects(drafts);
    for (const { target, replaceGroup } of planned) {
      if (replaceGroup !== null) this.supersede(target, replaceGroup);
    }
    this.effects.push(...planned.map((one): QueuedEffect => ({ ...one, state: one.replaced ? 'superseded' : 'due' })));
  }

  /** Effects nothing older on the same target waits before. */
  ready(): QueuedEffect[] {
    const due = this.effects.filter(({ state }) => state === 'due');
    return due.filter((one, at) => due.findIndex(({ target }) => target === one.target) === at);
  }

  deliver(effect: QueuedEffect): void {
    const { action, examId, userId } = effect;
    effect.state = 'done';
    if (action.name === 'credit.set') this.credit.set(learnerExamKey(examId, userId), action.status);
    if (action.name === 'credit.remove') this.credit.delete(learnerExamKey(examId, userId));
  }

  private supersede(target: string, replaceGroup: string): void {
    for (const older of this.effects) {
      const isSame = older.target === target && older.replaceGroup === replaceGroup;
      if (isSame && (older.state === 'due' || older.state === 'failed')) older.state = 'superseded';
    }
  }
}

/** Exam and learner: what credit is about. */
export function learnerExamKey(examId: number, userId: string): string {
  return `${examId}|${userId}`;
}
