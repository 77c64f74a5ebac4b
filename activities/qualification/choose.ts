import type { Knex } from 'knex';
import type {
  DraftActivities,
  DraftCommandInput,
  DraftErrorCode,
  DraftResult,
} from '../../contracts/qualification/activities';
import type { DraftRef, DraftView } from '../../contracts/qualification/messages';
import { findQualificationCommand, type QualificationCommand, storeOutcome } from '../../db/qualification/commands';
import {
  findDraft,
  lockDraft,
  type StoredDraft,
  storeDraftChoice,
  storeDraftState,
} from '../../db/qualification/drafts';
import { draftExpiresAt, draftFault } from '../../domain/qualification/drafts';
import type { PluginSettings } from '../../domain/qualification/settings-fields';
import { type DraftDependencies, viewOf, withExpiry } from './dependencies';

/** What was chosen, checked and put in its one form by the API. `plugin` left out: nothing is chosen yet. */
export interface ConfigureRequest {
  plugin?: { id: string; version: number } | null;
  settings: PluginSettings | null;
  ifVersion?: number;
}

type ChooseActivities = Pick<DraftActivities, 'loadDraft' | 'configureDraft' | 'discardDraft' | 'expireDraft'>;

/** The short decisions about a draft: each one transaction on its row. */
export function chooseActivities(dependencies: DraftDependencies): ChooseActivities {
  const { knex, limits, now } = dependencies;
  return {
    async loadDraft({ draftId }) {
      const draft = await findDraft(knex, draftId);
      return draft === undefined ? null : viewOf(draft, limits);
    },
    configureDraft: (input) => decideDraft(dependencies, input, configure),
    discardDraft: (input) =>
      decideDraft(dependencies, input, (trx) => storeDraftState(trx, input.draftId, { state: 'discarded' })),
    expireDraft: ({ draftId }: DraftRef): Promise<DraftView | null> =>
      knex.transaction(async (trx) => {
        const draft = await lockDraft(trx, draftId);
        if (draft === undefined) return null;
        const isOver = now() >= draftExpiresAt(withExpiry(draft, limits));
        if (isOver && OPEN.has(draft.state)) await storeDraftState(trx, draftId, { state: 'expired' });
        return viewOf((await findDraft(trx, draftId)) as StoredDraft, limits);
      }),
  };
}

const OPEN: ReadonlySet<StoredDraft['state']> = new Set(['choosing', 'computing', 'ready', 'failed']);

type Change = (trx: Knex, command: QualificationCommand) => Promise<void>;

/** A command applied before gives what is there now; a draft that ended, or changed since the caller looked, refuses. */
async function decideDraft(
  { knex, limits, now }: DraftDependencies,
  { commandId, draftId, periodId }: DraftCommandInput,
  change: Change,
): Promise<DraftResult> {
  return knex.transaction(async (trx) => {
    const draft = await lockDraft(trx, draftId);
    const command = await findQualificationCommand(trx, commandId);
    if (command === undefined || (draft === undefined && command.type !== 'configure'))
      return refused('draft-not-found');
    if (draft !== undefined && command.outcome === null) {
      const { ifVersion } = command.request as ConfigureRequest;
      const fault = draftFault(withExpiry(draft, limits), periodId, now());
      if (fault !== null) return refused(fault);
      if (ifVersion !== undefined && ifVersion !== draft.version) return refused('changed-meanwhile');
    }
    if (command.outcome === null) {
      await change(trx, command);
      await storeOutcome(trx, commandId, { kind: 'done' });
    }
    const stored = await findDraft(trx, draftId);
    return stored === undefined ? refused('draft-not-found') : { kind: 'done', view: viewOf(stored, limits) };
  });
}

async function configure(trx: Knex, { request, draftId, periodId, by, at }: QualificationCommand): Promise<void> {
  const { plugin, settings } = request as ConfigureRequest;
  await storeDraftChoice(trx, {
    draftId: draftId ?? '',
    periodId,
    state: plugin === undefined ? 'choosing' : 'computing',
    pluginId: plugin?.id ?? null,
    pluginVersion: plugin?.version ?? null,
    settings,
    by,
    at,
  });
}

function refused(code: DraftErrorCode): DraftResult {
  return { kind: 'refused', code };
}
