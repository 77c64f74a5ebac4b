/** How far a draft is. The last four are ends. */
export const DRAFT_STATES = ['choosing', 'computing', 'ready', 'failed', 'saved', 'discarded', 'expired'] as const;

export type DraftState = (typeof DRAFT_STATES)[number];

export interface QualificationDraft {
  draftId: string;
  periodId: string;
  state: DraftState;
  changedAt: Date;
  /** The newest status when the preview was made; null = there was none. */
  basedOnSeq: number | null;
  /** How long it may lie untouched; a day unless an installation says otherwise. */
  expiresAfterMs?: number;
}

export type DraftRefusalCode =
  'draft-not-found' | 'draft-already-saved' | 'draft-discarded' | 'draft-expired' | 'draft-failed' | 'draft-not-ready';

const DAY_MS = 24 * 60 * 60 * 1000;

/** A preview nobody touched for a day is of yesterday's results. */
export function draftExpiresAt({
  changedAt,
  expiresAfterMs = DAY_MS,
}: Pick<QualificationDraft, 'changedAt' | 'expiresAfterMs'>): Date {
  return new Date(changedAt.getTime() + expiresAfterMs);
}

/** Why a draft cannot be looked at as a draft of this period, if so: it is bound to its own for good. */
export function draftFault(draft: QualificationDraft | null, periodId: string, at: Date): DraftRefusalCode | null {
  if (draft === null || draft.periodId !== periodId) return 'draft-not-found';
  switch (draft.state) {
    case 'saved':
      return 'draft-already-saved';
    case 'discarded':
      return 'draft-discarded';
    case 'expired':
      return 'draft-expired';
    default:
      return at >= draftExpiresAt(draft) ? 'draft-expired' : null;
  }
}

/** Why a draft cannot be saved, if so. It is saved once. */
export function draftSaveFault(draft: QualificationDraft | null, periodId: string, at: Date): DraftRefusalCode | null {
  const fault = draftFault(draft, periodId, at);
  if (fault !== null) return fault;
  if (draft?.state === 'failed') return 'draft-failed';
  return draft?.state === 'ready' ? null : 'draft-not-ready';
}
