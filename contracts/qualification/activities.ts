import type { SaveRefusalCode } from '../../domain/qualification/save';
import type { DraftCommand, DraftRef, DraftView } from './messages';

/** A refusal names its code alone: what differs stands with the command in the database. */
export type DraftErrorCode = SaveRefusalCode | 'unknown-plugin' | 'changed-meanwhile' | 'bad-request';

export type DraftResult = { kind: 'done'; view: DraftView } | { kind: 'refused'; code: DraftErrorCode };

export interface DraftCommandInput extends DraftRef, DraftCommand {}

/** The activities of a draft; each reads what was asked by the command's id, and does it once. */
export interface DraftActivities {
  /** Null where nothing was chosen yet. Local. */
  loadDraft(input: DraftRef): Promise<DraftView | null>;
  /** Local, one transaction. */
  configureDraft(input: DraftCommandInput): Promise<DraftResult>;
  /** Local, one transaction. */
  discardDraft(input: DraftCommandInput): Promise<DraftResult>;
  /** Ends a draft whose time is over; another one stays as it is. Local. */
  expireDraft(input: DraftRef): Promise<DraftView | null>;
  /** Works out the preview of what is chosen now, in one transaction, heartbeating. */
  previewDraft(input: DraftRef): Promise<DraftView | null>;
  /** Decides under the period's lock, and saves at most once. */
  saveDraft(input: DraftCommandInput): Promise<DraftResult>;
}
