import type { FastifyRequest } from 'fastify';
import type { DraftAnswer } from '../../contracts/http/qualification/drafts';
import { qualificationDraftWorkflowId } from '../../contracts/qualification/messages';
import type { StoredDraft } from '../../db/qualification/drafts';
import type { StoredPeriod } from '../../db/qualification/periods';
import { readAssignments } from '../../db/qualification/results';
import { draftExpiresAt } from '../../domain/qualification/drafts';
import { decidedElsewhere } from '../../domain/qualification/plugins/select';
import { inWords, type Language, textIn } from '../../domain/qualification/text';
import type { ApiContext } from '../context';
import { languageOf } from '../http/language';
import { allowedFor } from './allowed';
import { warningsInWords } from './in-words';

/** A draft as it is answered, with what the caller may do with it. */
export async function draftAnswer(
  context: ApiContext,
  request: FastifyRequest,
  period: StoredPeriod,
  draft: StoredDraft,
): Promise<DraftAnswer> {
  const language = languageOf(request.headers['accept-language'], period.language);
  const item = await draftItem(context, draft, language);
  return { ...item, allowed: await allowedFor(context, request, period) };
}

const OPEN: ReadonlySet<StoredDraft['state']> = new Set(['choosing', 'computing', 'ready', 'failed']);

/** The same for lists. */
export async function draftItem(
  context: ApiContext,
  draft: StoredDraft,
  language: Language,
): Promise<Omit<DraftAnswer, 'allowed'>> {
  const { preview, settings, draftId, periodId, state } = draft;
  const expiresAfterMs = context.settings.qualification.draftExpiresMs;
  const workflowId = qualificationDraftWorkflowId(draft);
  const warnings = [
    ...(preview?.warnings ?? []),
    ...(preview?.importRunning === true ? (['import-running'] as const) : []),
  ];
  return {
    draftId,
    periodId,
    state,
    version: draft.version,
    plugin: pluginAnswer(context, draft, language),
    settings: settings && { ...settings },
    summary: await summaryOf(context, draft, language),
    createdBy: draft.createdBy,
    createdAt: draft.createdAt.toISOString(),
    changedBy: draft.changedBy,
    changedAt: draft.changedAt.toISOString(),
    expiresAt: OPEN.has(state) ? draftExpiresAt({ ...draft, expiresAfterMs }).toISOString() : null,
    basedOn: draft.basedOnSeq,
    counts: preview && { students: preview.students, qualify: preview.qualify },
    changed: preview?.changed ?? null,
    warnings: warningsInWords(warnings, language),
    assignments: preview?.assignments ?? [],
    hash: draft.hash,
    failure: draft.failure,
    savedAs: draft.savedSeq,
    workflowId,
    temporalUrl: `${context.settings.temporalUiUrl}/namespaces/${context.settings.temporalNamespace}/workflows/${encodeURIComponent(workflowId)}`,
  };
}

function pluginAnswer(
  { plugins }: ApiContext,
  { pluginId, pluginVersion }: StoredDraft,
  language: Language,
): DraftAnswer['plugin'] {
  if (pluginId === null) return null;
  const plugin = plugins.find(({ id }) => id === pluginId);
  const title = plugin === undefined ? pluginId : textIn(plugin.title, language);
  return { id: pluginId, version: pluginVersion ?? 0, title };
}

async function summaryOf(context: ApiContext, draft: StoredDraft, language: Language): Promise<string | null> {
  const { settings, pluginId, periodId, state } = draft;
  const plugin = pluginId === null ? decidedElsewhere : context.plugins.find(({ id }) => id === pluginId);
  if (settings === null || plugin === undefined || state === 'choosing') return null;
  const assignments = draft.preview?.assignments ?? (await readAssignments(context.knex, periodId));
  const names = new Map(assignments.map(({ assignmentId, longName }) => [assignmentId, longName]));
  return inWords(plugin.messages, plugin.summaryOf(settings), { language, names });
}
