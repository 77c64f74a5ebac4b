import type { Knex } from 'knex';
import type { QualificationSettings } from '../../config/qualification-settings';
import type { DraftView } from '../../contracts/qualification/messages';
import type { StoredDraft } from '../../db/qualification/drafts';
import { draftExpiresAt } from '../../domain/qualification/drafts';
import type { QualificationPlugin } from '../../domain/qualification/plugin';
import { decidedElsewhere } from '../../domain/qualification/plugins/select';
import type { DraftObserver } from './observed';

/** What the activities of drafts need; given by the worker or a test. */
export interface DraftDependencies {
  knex: Knex;
  plugins: readonly QualificationPlugin[];
  limits: Pick<QualificationSettings, 'draftExpiresMs'>;
  now: () => Date;
  /** Says that a long activity still works. */
  heartbeat: () => void;
  observer?: DraftObserver;
}

/** The plugin of a draft; null stands for a decision by hand. Undefined where it is not on offer any more. */
export function pluginOf(
  plugins: readonly QualificationPlugin[],
  pluginId: string | null,
): QualificationPlugin | undefined {
  return pluginId === null ? decidedElsewhere : plugins.find(({ id }) => id === pluginId);
}

/** With the time drafts have here, as the rules want it. */
export function withExpiry<Draft extends StoredDraft>(
  draft: Draft,
  { draftExpiresMs }: DraftDependencies['limits'],
): Draft & { expiresAfterMs: number } {
  return { ...draft, expiresAfterMs: draftExpiresMs };
}

/** Ids and numbers: what Temporal may know of a draft. */
export function viewOf(draft: StoredDraft, limits: DraftDependencies['limits']): DraftView {
  const { periodId, draftId, state, version, preview, hash, failure, savedSeq } = draft;
  const isOpen = state !== 'saved' && state !== 'discarded' && state !== 'expired';
  return {
    periodId,
    draftId,
    state,
    version,
    students: preview?.students ?? null,
    qualify: preview?.qualify ?? null,
    hash,
    failure,
    savedSeq,
    expiresAtMs: isOpen ? draftExpiresAt(withExpiry(draft, limits)).getTime() : null,
  };
}
