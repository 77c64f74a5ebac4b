import type { EffectAction, EffectDraft } from '../../domain/attempts/effects';

export type ReplaceGroup = 'credit' | 'grades';

/** An effect about to be stored, with all that follows from the draft alone. */
export interface PlannedEffect extends EffectDraft {
  ord: number;
  key: string;
  name: EffectAction['name'];
  target: string;
  replaceGroup: ReplaceGroup | null;
  /** A later effect of the same decision replaces it: stored as superseded, never done. */
  replaced: boolean;
  /** Nothing of the same decision has to be done on this target before. */
  firstOnTarget: boolean;
}

/** Effects on one target are done in order: `{service}|{examId}|{userId}`. */
function effectTargetOf({ action, examId, userId }: EffectDraft): string {
  return `${serviceOf(action)}|${examId}|${userId}`;
}

/** Effects that set the same thing outside, so that only the newest matters. */
function replaceGroupOf(action: EffectAction): ReplaceGroup | null {
  const service = serviceOf(action);
  return service === 'credit' || service === 'grades' ? service : null;
}

/** Keys, targets and order of one decision's effects. */
export function planEffects(drafts: readonly EffectDraft[]): PlannedEffect[] {
  const keyed = drafts.map((draft, ord) => ({ ...draft, ord, key: keyOf(draft), target: effectTargetOf(draft) }));
  return keyed.map((draft) => {
    const replaceGroup = replaceGroupOf(draft.action);
    const isSame = (other: EffectDraft & { target: string }) => other.target === draft.target;
    const earlier = keyed.filter((other) => other.ord < draft.ord && isSame(other));
    const repeats = earlier.filter((other) => other.key === draft.key).length;
    return {
      ...draft,
      key: repeats === 0 ? draft.key : `${draft.key}:${repeats + 1}`,
      name: draft.action.name,
      replaceGroup,
      replaced: replaceGroup !== null && keyed.some((other) => other.ord > draft.ord && isSame(other)),
      firstOnTarget: replaceGroup !== null || earlier.length === 0,
    };
  });
}

function keyOf({ attemptId, version, action, examId }: EffectDraft): string {
  return `${attemptId}:${version}:${nameInKey(action, examId)}`;
}

function nameInKey(action: EffectAction, examId: number): string {
  if (action.name === 'cascade') return `cascade:${examId}`;
  if (action.name === 'provider.remove' && action.unused) return `${action.name}:${action.externalId}`;
  return action.name === 'instructor.notify' ? `${action.name}:${action.inboxId}` : action.name;
}

function serviceOf({ name }: EffectAction): string {
  return name.split('.')[0] as string;
}
