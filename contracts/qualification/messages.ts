import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { DraftState } from '../../domain/qualification/drafts';

export const QUALIFICATION_DRAFT_WORKFLOW = 'qualificationDraft';

export interface DraftRef {
  periodId: string;
  draftId: string;
}

/** `qualification:{periodId}:{draftId}`, the parts URI-encoded. */
export function qualificationDraftWorkflowId({ periodId, draftId }: DraftRef): string {
  return `qualification:${encodeURIComponent(periodId)}:${encodeURIComponent(draftId)}`;
}

export interface QualificationDraftInput extends DraftRef {
  /** How long `configure` waits for the preview before it answers without one. */
  previewWaitMs: number;
}

/** What was asked, by the id it is stored under; who asked, and what for, is read from the database. */
export interface DraftCommand {
  commandId: string;
}

/** A draft as its workflow knows it: ids and numbers, never a result. */
export interface DraftView extends DraftRef {
  state: DraftState;
  version: number;
  students: number | null;
  qualify: number | null;
  hash: string | null;
  /** Why it could not be worked out. */
  failure: string | null;
  /** The status it was saved as. */
  savedSeq: number | null;
  /** When it is gone if nobody touches it, epoch milliseconds; null for one that ended. */
  expiresAtMs: number | null;
}

/** The wire: names are contracts and never renamed. */
export const configureDraftUpdate = defineUpdate<DraftView, [DraftCommand]>('configure');
export const saveDraftUpdate = defineUpdate<DraftView, [DraftCommand]>('save');
export const discardDraftUpdate = defineUpdate<DraftView, [DraftCommand]>('discard');
export const draftStateQuery = defineQuery<DraftView | null>('state');
