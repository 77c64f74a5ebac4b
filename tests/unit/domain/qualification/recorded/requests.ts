import { decideAccess } from '../../../../../domain/qualification/access';
import { draftFault } from '../../../../../domain/qualification/drafts';
import { hasEnded } from '../../../../../domain/qualification/model';
import type { QualificationPlugin } from '../../../../../domain/qualification/plugin';
import { decideRetract, type RetractRequest } from '../../../../../domain/qualification/retract';
import { initialSettings } from '../../../../../domain/qualification/settings-form';
import { ownAnswer } from '../../../../../domain/qualification/statuses';
import { WALKED_AT, type University, type WalkedDraft } from '../../../../golden/qualification/university';
import { idOf, pluginIdOf, type Outcome, type SaveBody, type Step } from '../../../../golden/qualification/walk';
import {
  addressOf,
  listsOf,
  PAGES,
  sessionOf,
  settingsForSave,
  settingsOf,
} from '../../../../golden/qualification/walk-requests';
import { principalOf } from './actors';
import { makeDraft, OFFERED, saveDraft } from './drafting';
import { printed } from './printing';
import { accessOf, refused } from './refusals';
import { draftView, periodView, statusView } from './views';

type Handler = (university: University, step: Step, id: string, query: URLSearchParams) => Outcome | null;

const HANDLERS: Record<string, Handler> = {
  'GET ': () => null,
  'GET rest/plugins': (_, step) =>
    principalOf(step.actor ?? '') === null
      ? refused('unauthenticated')
      : { status: 200, view: OFFERED.map(({ id }) => id) },
  'GET rest/preview': preview,
  'GET rest/status': (university, step, periodId, query) => {
    if (query.has('node_id')) return null;
    return periodId === '' ? overview(university, step) : periodStatuses(university, step, periodId);
  },
  'POST rest/status': (university, step) => save(university, step, step.json ?? {}),
  'GET devilry_student/rest': ownAnswers,
};

/** What the rules answer to a recorded request; null where there is nothing in it for rules to decide. */
export function answerTo(university: University, step: Step): Outcome | null {
  const { path, query } = addressOf(step.url ?? '');
  const [first = '', second = '', third = ''] = path;
  const page = [first, second].filter((part) => part !== '').join('/');
  const handler = HANDLERS[`${step.method} ${page}`];
  if (handler !== undefined) return handler(university, step, idOf(third), query);
  if (first === 'statusprint') return printed(university, step, second, query.get('sortby'));
  return pluginPage(university, step, page, query);
}

function pluginPage(university: University, step: Step, page: string, query: URLSearchParams): Outcome {
  const periodId = idOf(query.get('periodid') ?? '');
  const plugin = OFFERED.find(({ id }) => id === PAGES[page]);
  if (plugin === undefined) throw new Error(`no page ${page}`);
  const makesDraft = step.method === 'POST' || plugin.id === 'approved.all';
  const access = accessOf(university, step, periodId, makesDraft ? 'draft' : 'see');
  if (access !== null) return access;
  if (!makesDraft) return { status: 200, view: formOf(university, periodId, plugin) };
  const nobody = plugin.id === 'select' ? { students: [] } : {};
  const made = makeDraft(university, periodId, plugin, { ...nobody, ...settingsOf(step.form) });
  if ('faults' in made) return refused('bad-settings', made.faults);
  const session = query.get('pluginsessionid');
  if (session !== null) university.drafts.set(sessionOf(step, session), made);
  return { status: 201 };
}

function formOf(university: University, periodId: string, plugin: QualificationPlugin): unknown {
  const { assignments } = university.semester(periodId);
  const active = university.active(periodId)?.status;
  const last = active?.plugin?.id === plugin.id ? active.settings : null;
  const { assignments: initial } = initialSettings(plugin.fields, assignments, last);
  return { choices: assignments.map(({ assignmentId }) => assignmentId), initial };
}

function preview(university: University, step: Step, periodId: string, query: URLSearchParams): Outcome {
  const access = accessOf(university, step, periodId, 'see');
  if (access !== null) return access;
  const found = university.drafts.get(sessionOf(step, query.get('pluginsessionid'))) ?? null;
  const fault = draftFault(found?.draft ?? null, periodId, WALKED_AT);
  if (found === null || (fault !== null && fault !== 'draft-already-saved')) return refused(fault ?? 'draft-not-found');
  return {
    status: 200,
    view: { ...periodView(university, periodId), passing: draftView(university, periodId, found) },
  };
}

function periodStatuses(university: University, step: Step, periodId: string): Outcome {
  const access = accessOf(university, step, periodId, 'see');
  if (access !== null) return access;
  const statuses = university.statusesOf(periodId);
  if (statuses.length === 0) return { status: 404, code: 'no-status' };
  return { status: 200, view: { ...periodView(university, periodId), statuses: statuses.map(statusView) } };
}

/** Running periods one may see. Who sees none gets an empty list, no refusal. */
function overview(university: University, step: Step): Outcome {
  if (principalOf(step.actor ?? '') === null) return refused('unauthenticated');
  const periods = [...university.periods.values()].filter(
    ({ period }) => !hasEnded(period, WALKED_AT) && accessOf(university, step, period.periodId, 'see') === null,
  );
  const view = periods.map(({ period: { periodId } }) => {
    const active = university.active(periodId);
    return [periodId, active === null ? null : active.n];
  });
  return { status: 200, view };
}

function ownAnswers(university: University, step: Step): Outcome {
  const userId = step.actor ?? '';
  const answers = [...university.periods.keys()].map((periodId) => {
    const access = decideAccess(principalOf(userId), university.path(periodId), { type: 'own-answer', userId });
    const active = university.active(periodId);
    const row = active?.rows.find((one) => one.userId === userId) ?? null;
    return [periodId, access.allowed ? ownAnswer(active?.status ?? null, row) : access.code];
  });
  return { status: 200, view: Object.fromEntries(answers) };
}

function save(university: University, step: Step, body: SaveBody): Outcome {
  const periodId = idOf(body.period ?? '');
  const isRetraction = body.status === 'notready';
  const access = accessOf(university, step, periodId, isRetraction ? 'retract' : 'save');
  if (access !== null) return access;
  const { status = '', message, plugin } = body;
  const request = { status, message, plugin, ...listsOf(body), by: step.actor ?? '' };
  if (isRetraction) return retract(university, periodId, request);
  const draft = draftToSave(university, step, periodId, body);
  if ('status' in draft) return draft;
  const decision = saveDraft(university, periodId, draft, request);
  if (decision.kind === 'saved') return { status: 201 };
  if (decision.kind === 'invalid') return refused('bad-request', decision.faults);
  university.refusedSaves.add(sessionOf(step, body.pluginsessionid));
  return refused(decision.code, decision.differences);
}

function retract(university: University, periodId: string, request: RetractRequest & { by: string }): Outcome {
  const newest = university.active(periodId)?.status ?? null;
  const retraction = decideRetract({ newest, at: WALKED_AT, by: request.by }, request);
  if (retraction.kind === 'invalid') return refused('bad-request', retraction.faults);
  university.add(periodId, retraction.status, []);
  return { status: 201 };
}

/** The session's draft, or one made for the save where it has none of this plugin. */
function draftToSave(university: University, step: Step, periodId: string, body: SaveBody): WalkedDraft | Outcome {
  const session = sessionOf(step, body.pluginsessionid);
  const wanted = pluginIdOf(body.plugin ?? '');
  const found = university.drafts.get(session);
  if (found !== undefined && found.plugin?.id === (wanted === '' ? undefined : wanted)) return found;
  const plugin = wanted === '' ? null : OFFERED.find(({ id }) => id === wanted);
  if (plugin === undefined) return refused('unknown-plugin', [{ pointer: '/plugin', code: 'unknown-plugin' }]);
  const made = makeDraft(university, periodId, plugin, settingsForSave(plugin, body));
  if ('faults' in made) return refused('bad-settings', made.faults);
  university.drafts.set(session, made);
  return made;
}
