import { decideRetract } from '../../../../../domain/qualification/retract';
import { WALKED_AT, type University } from '../../../../golden/qualification/university';
import { idOf, pluginIdOf, type Outcome, type SaveBody, type Step } from '../../../../golden/qualification/walk';
import { listsOf, settingsForSave } from '../../../../golden/qualification/walk-requests';
import { daysIn } from '../../../../support/period-builders';
import { makeDraft, OFFERED, saveDraft } from './drafting';

/**
 * After a decided difference, what was recorded is set by the means there are, so that the rest of the walk can be compared:
 * what was saved then is saved by a new draft of today's results, what was not is taken out again.
 */
export function setRecorded(university: University, step: Step, recorded: Outcome, ours: Outcome): void {
  const { json } = step;
  if (step.method !== 'POST') return;
  if (json === undefined) return setRecordedDraft(university, step);
  if (ours.status === 201 && recorded.status !== 201) university.statuses.pop();
  if (recorded.status !== 201) return;
  if (json.status === 'notready') retractAsRecorded(university, step);
  else saveAsRecorded(university, step, json);
}

function saveAsRecorded(university: University, step: Step, json: SaveBody): void {
  const periodId = periodOf(step);
  const plugin = OFFERED.find(({ id }) => id === pluginIdOf(json.plugin ?? '')) ?? null;
  const before = university.drafts.get(`${step.actor} ${json.pluginsessionid}`);
  const isSetUp = plugin !== null && 'assignments' in plugin.fields;
  const known = new Set(university.data(periodId).students.map(({ userId }) => userId));
  const settings = isSetUp ? before?.settings : onlyKnown(settingsForSave(plugin, json), known);
  const draft = makeDraft(university, periodId, plugin, settings);
  if ('faults' in draft) throw new Error(JSON.stringify(draft.faults));
  const { undecided } = listsOf(json);
  const at = periodId === 'old' ? daysIn(-2) : WALKED_AT;
  const { status = '', message } = json;
  const decision = saveDraft(university, periodId, draft, { status, message, undecided, by: step.actor ?? '', at });
  if (decision.kind !== 'saved') throw new Error(`${step.url}: ${JSON.stringify(decision)}`);
}

function periodOf(step: Step): string {
  return idOf(String(step.json?.period ?? ''));
}

function onlyKnown(settings: Record<string, unknown>, known: ReadonlySet<string>): Record<string, unknown> {
  const { students } = settings as { students?: string[] };
  return students === undefined ? {} : { students: students.filter((id) => known.has(id)) };
}

function retractAsRecorded(university: University, step: Step): void {
  const newest = university.active(periodOf(step))?.status ?? null;
  const facts = { newest, at: WALKED_AT, by: step.actor ?? '' };
  const decision = decideRetract(facts, { message: step.json?.message });
  if (decision.kind === 'retracted') university.add(periodOf(step), decision.status, []);
}

/** A choice of strangers was a choice of nobody. */
function setRecordedDraft(university: University, step: Step): void {
  if (step.form?.['qualified_relstudentids'] === undefined || step.result.status !== 302) return;
  const made = makeDraft(university, 'p1', OFFERED.find(({ id }) => id === 'select') ?? null, { students: [] });
  if ('faults' in made) throw new Error(JSON.stringify(made.faults));
  const [, session = ''] = /pluginsessionid=(\w+)/.exec(step.url ?? '') ?? [];
  university.drafts.set(`${step.actor} ${session}`, made);
}
