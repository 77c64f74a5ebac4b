import { idOf, type Outcome, pluginIdOf, type SaveBody, type Step } from '../../golden/qualification/walk';
import { listsOf, settingsForSave } from '../../golden/qualification/walk-requests';
import { removeStatus } from './remove-status';
import { makeDraft, ownIds, saveDraft } from './walk-requests';
import type { WalkStage } from './walk-stage';

/**
 * After a decided difference, what was recorded is set by what operators have, so that the rest of the walk can be compared:
 * what was saved then is saved by a new draft of today's results, what was not is taken out again.
 */
export async function setRecorded(stage: WalkStage, step: Step, recorded: Outcome, ours: Outcome): Promise<void> {
  const { json } = step;
  if (step.method !== 'POST') return;
  if (json === undefined) return setRecordedDraft(stage, step, recorded);
  if (ours.status === 201 && recorded.status !== 201) await removeStatus(stage, stage.statuses.pop());
  if (recorded.status !== 201) return;
  const periodId = idOf(String(json.period ?? ''));
  if (json.status === 'notready') await retractAsRecorded(stage, step, periodId);
  else await saveAsRecorded(stage, step, periodId, json);
}

async function saveAsRecorded(stage: WalkStage, step: Step, periodId: string, json: SaveBody): Promise<void> {
  const actor = step.actor ?? '';
  const named = pluginIdOf(json.plugin ?? '');
  const pluginId = named === '' ? null : named;
  const before = stage.drafts.get(`${actor} ${json.pluginsessionid}`);
  const isSetUp = pluginId === 'approved.subset' || pluginId === 'points';
  const known = new Set(stage.university.data(periodId).students.map(({ userId }) => userId));
  const byHand = onlyKnown(settingsForSave(pluginId === null ? null : { id: pluginId }, json), known);
  const settings = isSetUp ? (before?.settings ?? {}) : ownIds(stage, byHand);
  const hasEnded = periodId === 'old';
  if (hasEnded) await stage.putPeriod(periodId, { endsAt: new Date(Date.now() + 3_600_000) });
  const draft = await makeDraft(stage, actor, { periodId, pluginId, settings });
  const { status, message } = json;
  const lists = { undecided: listsOf(json).undecided };
  const answer = await saveDraft(stage, actor, draft, { status, message, lists });
  if (hasEnded) await stage.putPeriod(periodId);
  if (answer.status !== 201) throw new Error(`what was recorded could not be saved: ${answer.text}`);
}

function onlyKnown(settings: Record<string, unknown>, known: ReadonlySet<string>): Record<string, unknown> {
  const { students } = settings as { students?: string[] };
  return students === undefined ? {} : { students: students.filter((id) => known.has(id)) };
}

async function retractAsRecorded(stage: WalkStage, { actor = '', json = {} }: Step, periodId: string): Promise<void> {
  const path = `/periods/${stage.own(periodId)}/qualification/retract`;
  const answer = await (await stage.api(actor)).post(path, { message: json.message });
  if (answer.status !== 201) throw new Error(`what was recorded could not be retracted: ${answer.text}`);
  stage.addStatus(periodId, Number(answer.body['seq']));
}

/** A choice of strangers was a choice of nobody. */
async function setRecordedDraft(stage: WalkStage, step: Step, recorded: Outcome): Promise<void> {
  if (step.form?.['qualified_relstudentids'] === undefined || recorded.status !== 201) return;
  const known = new Set(stage.university.data('p1').students.map(({ userId }) => userId));
  const { qualified } = listsOf({ passing_relatedstudentids: step.form['qualified_relstudentids'] as string[] });
  const settings = ownIds(stage, onlyKnown({ students: qualified }, known));
  const made = await makeDraft(stage, step.actor ?? '', { periodId: 'p1', pluginId: 'select', settings });
  const [, session = ''] = /pluginsessionid=(\w+)/.exec(step.url ?? '') ?? [];
  stage.drafts.set(`${step.actor} ${session}`, made);
}
