import { decidedNow } from '../../../../../domain/qualification/decided-list';
import { evaluate } from '../../../../../domain/qualification/evaluation';
import type { QualificationPlugin } from '../../../../../domain/qualification/plugin';
import { decidedElsewhere } from '../../../../../domain/qualification/plugins/select';
import { offeredPlugins, SHIPPED_PLUGINS } from '../../../../../domain/qualification/plugins/shipped';
import { decideSave, type SaveDecision, type SaveRequest } from '../../../../../domain/qualification/save';
import { savedPlugin } from '../../../../../domain/qualification/saved-plugin';
import type { SettingsFault } from '../../../../../domain/qualification/settings-check';
import { whatIf } from '../../../../../domain/qualification/what-if';
import { WALKED_AT, type University, type WalkedDraft } from '../../../../golden/qualification/university';

/** The four plugins that were recorded, in the order they were configured in. */
export const OFFERED = offeredPlugins(SHIPPED_PLUGINS, ['approved.all', 'approved.subset', 'points', 'select']);

/** Makes a draft of a period, with its preview; by hand where there is no plugin. */
export function makeDraft(
  university: University,
  periodId: string,
  plugin: QualificationPlugin | null,
  given: unknown,
): WalkedDraft | { faults: SettingsFault[] } {
  const answer = whatIf(plugin ?? decidedElsewhere, given, university.semester(periodId), null);
  if ('faults' in answer) return answer;
  const draft = {
    draftId: `draft of ${periodId}`,
    periodId,
    state: 'ready' as const,
    changedAt: WALKED_AT,
    basedOnSeq: university.active(periodId)?.status.seq ?? null,
  };
  return { draft, plugin, settings: answer.settings, preview: decidedNow(answer.evaluation) };
}

/** Saves a draft by the rule, and keeps what comes of it. Newer statuses are accepted, as the recorded system accepts them. */
export function saveDraft(
  university: University,
  periodId: string,
  { draft, plugin, settings, preview }: WalkedDraft,
  request: SaveRequest & { by: string; at?: Date },
): SaveDecision {
  const { period, assignments } = university.data(periodId);
  const names = new Map(assignments.map(({ assignmentId, longName }) => [assignmentId, longName]));
  const newest = university.active(periodId);
  const decision = decideSave(
    {
      period,
      newest: newest && { seq: newest.status.seq, list: null },
      importRunning: false,
      draft,
      plugin: plugin && savedPlugin(plugin, settings, names),
      settings,
      preview,
      now: evaluate(plugin ?? decidedElsewhere, settings, university.semester(periodId)),
      at: request.at ?? WALKED_AT,
      by: request.by,
    },
    { ...request, acceptNewerStatus: true },
  );
  if (decision.kind === 'saved') {
    university.add(periodId, decision.status, decision.rows);
    draft.state = 'saved';
  }
  return decision;
}
