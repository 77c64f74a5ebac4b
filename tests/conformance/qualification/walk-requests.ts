import type { ApiAnswer } from '../../../dev/api-client';
import type { Outcome, SaveBody, Step } from '../../golden/qualification/walk';
import { idOf, pluginIdOf } from '../../golden/qualification/walk';
import {
  addressOf,
  listsOf,
  PAGES,
  sessionOf,
  settingsForSave,
  settingsOf,
} from '../../golden/qualification/walk-requests';
import { draftsOf, qualificationOf } from './office-api';
import { granted, RefusedStep } from './walk-answers';
import { printed } from './walk-printing';
import { type NewestBy, qualifiedIn, readPeriod, readQualified, readStatuses } from './walk-reading';
import type { SessionDraft, WalkStage } from './walk-stage';

interface WalkRequest {
  stage: WalkStage;
  step: Step;
  actor: string;
  /** What the address names last. */
  id: string;
  query: URLSearchParams;
  newestBy: NewestBy;
}

type Handler = (request: WalkRequest) => Promise<Outcome>;

const HANDLERS: Record<string, Handler> = {
  'GET rest/plugins': plugins,
  'GET rest/preview': preview,
  'GET rest/status': (request) => (request.id === '' ? overview(request) : periodStatuses(request)),
  'POST rest/status': (request) => save(request, request.step.json ?? {}),
  'GET devilry_student/rest': ownAnswers,
};

/** What the running system answers to a recorded request; null for the one that only showed an empty page. */
export async function answerTo(stage: WalkStage, step: Step, newestBy: NewestBy = 'number'): Promise<Outcome | null> {
  const { path, query } = addressOf(step.url ?? '');
  if (path.length === 0 && step.method === 'GET') return null;
  const request = { stage, step, actor: step.actor ?? '', id: idOf(path[2] ?? ''), query, newestBy };
  try {
    return await handled(request, path);
  } catch (error) {
    if (error instanceof RefusedStep) return error.outcome;
    throw error;
  }
}

function handled(request: WalkRequest, [first = '', second = '']: string[]): Promise<Outcome> {
  const { stage, step, query } = request;
  const page = `${first}/${second}`;
  const handler = HANDLERS[`${step.method} ${page}`];
  if (handler !== undefined) return handler(request);
  if (first === 'statusprint') return printed(stage, step, second, query.get('sortby'));
  return pluginPage(request, page);
}

/** An id that isn't there is one nobody knows. */
function namedPeriod(id: string): string {
  return id === '' ? 'none' : id;
}

async function plugins({ stage, actor }: WalkRequest): Promise<Outcome> {
  const { body } = granted(await (await stage.api(actor)).get('/qualification/plugins'));
  return { status: 200, view: (body['items'] as { id: string }[]).map(({ id }) => id) };
}

async function pluginPage(request: WalkRequest, page: string): Promise<Outcome> {
  const { stage, step, actor, query } = request;
  const periodId = namedPeriod(idOf(query.get('periodid') ?? ''));
  const pluginId = PAGES[page];
  if (pluginId === undefined) throw new Error(`no page ${page}`);
  const makesDraft = step.method === 'POST' || pluginId === 'approved.all';
  if (!makesDraft) return { status: 200, view: await formOf(stage, actor, periodId, pluginId) };
  const nobody = pluginId === 'select' ? { students: [] } : {};
  const settings = { ...nobody, ...ownIds(stage, settingsOf(step.form)) };
  const session = query.get('pluginsessionid');
  const open = session === null ? undefined : stage.drafts.get(sessionOf(step, session));
  const draft = await makeDraft(stage, actor, { periodId, pluginId, settings }, open);
  if (session !== null) stage.drafts.set(sessionOf(step, session), draft);
  return { status: 201 };
}

/** Ids of assignments and students as the system knows them. */
export function ownIds(stage: WalkStage, settings: object): Record<string, unknown> {
  const own = (value: unknown): unknown => (Array.isArray(value) ? value.map((id) => stage.own(String(id))) : value);
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, own(value)]));
}

/** @throws RefusedStep */
export async function makeDraft(
  stage: WalkStage,
  actor: string,
  { periodId, pluginId, settings }: Omit<SessionDraft, 'draftId'>,
  open?: SessionDraft,
): Promise<SessionDraft> {
  const api = await stage.api(actor);
  const choice = { plugin: pluginId, settings };
  const isOpen = open?.periodId === periodId && (await stateOf(stage, open)) === 'ready';
  const answer = granted(
    isOpen
      ? await api.changedDraft(stage.own(periodId), open.draftId, choice)
      : await api.draft(stage.own(periodId), choice),
  );
  const { draftId, state } = answer.body as { draftId: string; state: string };
  if (state !== 'ready') throw new Error(`a draft is ${state}: ${answer.text}`);
  return { draftId, periodId, pluginId, settings };
}

async function stateOf(stage: WalkStage, { periodId, draftId }: SessionDraft): Promise<unknown> {
  const { body } = await (await stage.api('superuser')).get(`${draftsOf(stage.own(periodId))}/${draftId}`);
  return body['state'];
}

interface PluginForm {
  id: string;
  settings: { assignments: { assignmentId: string }[]; initial: { assignments?: string[] } };
}

async function formOf(stage: WalkStage, actor: string, periodId: string, pluginId: string): Promise<unknown> {
  const path = `/periods/${stage.own(periodId)}/qualification/plugins`;
  const { body } = granted(await (await stage.api(actor)).get(path));
  const form = (body['items'] as PluginForm[]).find(({ id }) => id === pluginId);
  if (form === undefined) throw new Error(`${pluginId} is not on offer`);
  const plain = (id: string): string => stage.names.plain(id);
  const { assignments, initial } = form.settings;
  return {
    choices: assignments.map(({ assignmentId }) => plain(assignmentId)),
    initial: initial.assignments?.map(plain),
  };
}

/** No draft in the session, or none: an address nobody knows. */
async function preview({ stage, step, actor, id, query }: WalkRequest): Promise<Outcome> {
  const periodId = namedPeriod(id);
  const { draftId } = stage.drafts.get(sessionOf(step, query.get('pluginsessionid'))) ?? { draftId: 'nobody-made-it' };
  const qualified = await readQualified(stage, actor, { periodId, draftId });
  const period = await readPeriod(stage, actor, periodId);
  const present = new Set((period['students'] as [string][]).map(([userId]) => userId));
  return { status: 200, view: { ...period, passing: qualified.filter((userId) => present.has(userId)) } };
}

async function periodStatuses({ stage, actor, id, newestBy }: WalkRequest): Promise<Outcome> {
  const periodId = namedPeriod(id);
  const { body } = granted(await (await stage.api(actor)).get(qualificationOf(stage.own(periodId))));
  if (body['active'] === null) return { status: 404, code: 'no-status' };
  const statuses = await readStatuses(stage, actor, periodId, newestBy);
  const views = statuses.map(({ n, status, message, plugin, students }) => {
    return [n, status, message, plugin, qualifiedIn(students)];
  });
  return { status: 200, view: { ...(await readPeriod(stage, actor, periodId)), statuses: views } };
}

/** Running periods of the walk's department one may see. */
async function overview({ stage, actor, query, newestBy }: WalkRequest): Promise<Outcome> {
  const [, node = ''] = /^\{node:(\w+)\}$/.exec(query.get('node_id') ?? '{node:dept}') ?? [];
  const path = `/qualification/overview?active=true&nodeId=${stage.own(node)}`;
  const { answer, items } = await (
    await stage.api(actor)
  ).list<{ periodId: string; active: { seq: number } | null }>(path);
  granted(answer);
  const view = items.map(async ({ periodId, active }) => {
    const period = stage.names.plain(periodId);
    const number = stage.statuses.find((one) => one.periodId === period && one.seq === active?.seq)?.n ?? null;
    if (newestBy === 'number') return [period, number];
    const [first] = await readStatuses(stage, actor, period, 'clock');
    return [period, first?.n ?? null];
  });
  return { status: 200, view: await Promise.all(view) };
}

async function ownAnswers({ stage, actor }: WalkRequest): Promise<Outcome> {
  const path = `/learners/${stage.own(actor)}/qualification`;
  const { answer, items } = await (await stage.api(actor)).list<{ periodId: string; qualifies: boolean | null }>(path);
  granted(answer);
  const told = items.map(({ periodId, qualifies }) => [stage.names.plain(periodId), qualifies]);
  const view = { p1: null, p2: null, old: null, ...(Object.fromEntries(told) as Record<string, boolean | null>) };
  return { status: 200, view };
}

async function save(request: WalkRequest, body: SaveBody): Promise<Outcome> {
  const { stage, step, actor } = request;
  const periodId = namedPeriod(idOf(body.period ?? ''));
  if (body.status === 'notready') return retract(stage, actor, periodId, body);
  const draft = await draftToSave(request, periodId, body);
  const answer = await saveDraft(stage, actor, { ...draft, periodId }, { ...body, lists: listsOf(body) });
  if (answer.status === 409) stage.university.refusedSaves.add(sessionOf(step, body.pluginsessionid));
  granted(answer);
  return { status: 201 };
}

/** What is sent with a save: `qualified` only where somebody says who was seen qualifying. */
export interface AskedSave {
  status?: string | undefined;
  message?: string | undefined;
  lists: { qualified?: string[]; undecided: string[] };
}

/** Saves a draft, accepting newer statuses as the recorded system accepts them. */
export async function saveDraft(
  stage: WalkStage,
  actor: string,
  { draftId, periodId }: Pick<SessionDraft, 'draftId' | 'periodId'>,
  { status, message, lists }: AskedSave,
): Promise<ApiAnswer> {
  const url = `${draftsOf(stage.own(periodId))}/${draftId}/save`;
  const asked = { ...ownIds(stage, lists), status, message, acceptNewerStatus: true };
  const answer = await (await stage.api(actor)).post(url, asked);
  if (answer.status === 201) stage.addStatus(periodId, Number(answer.body['seq']));
  return answer;
}

async function retract(stage: WalkStage, actor: string, periodId: string, body: SaveBody): Promise<Outcome> {
  const { message, plugin } = body;
  const asked = {
    ...ownIds(stage, listsOf(body)),
    plugin: plugin === undefined || plugin === '' ? null : plugin,
    message,
  };
  const answer = await (await stage.api(actor)).post(`${qualificationOf(stage.own(periodId))}/retract`, asked);
  stage.addStatus(periodId, Number(granted(answer).body['seq']));
  return { status: 201 };
}

/** The session's draft, or one made for the save where it has none of this plugin. */
async function draftToSave(
  { stage, step, actor }: WalkRequest,
  periodId: string,
  body: SaveBody,
): Promise<SessionDraft> {
  const session = sessionOf(step, body.pluginsessionid);
  const named = pluginIdOf(body.plugin ?? '');
  const pluginId = named === '' ? null : named;
  const found = stage.drafts.get(session);
  if (found !== undefined && found.pluginId === pluginId) return found;
  const settings = ownIds(stage, settingsForSave(pluginId === null ? null : { id: pluginId }, body));
  const made = await makeDraft(stage, actor, { periodId, pluginId, settings });
  stage.drafts.set(session, made);
  return made;
}
