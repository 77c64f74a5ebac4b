import { ApiError } from '../../contracts/api-error';
import type { StatusAnswer, StatusStudentAnswer } from '../../contracts/http/qualification/statuses';
import { listExports } from '../../db/qualification/exports';
import type { NamedRow } from '../../db/qualification/status-rows';
import { findActiveStatus, findStatus, type StoredStatus } from '../../db/qualification/statuses';
import { wordsFor } from '../../domain/qualification/messages/catalogue';
import { decidedElsewhere } from '../../domain/qualification/plugins/select';
import { type Language, textIn } from '../../domain/qualification/text';
import type { ApiContext } from '../context';
import { type ListWords, listWords, namedCells, reasonInWords } from './in-words';

/** @throws ApiError 404 for one the period hasn't. */
export async function requireStatus({ knex }: ApiContext, periodId: string, seq: number): Promise<StoredStatus> {
  const status = await findStatus(knex, periodId, seq);
  if (status === undefined) throw new ApiError('status-not-found');
  return status;
}

export async function statusAnswer(
  context: ApiContext,
  status: StoredStatus,
  language: Language,
): Promise<StatusAnswer> {
  const [answer] = await statusAnswers(context, [status], language);
  return answer as StatusAnswer;
}

/** Statuses of one period, as they were saved: also where their plugin is not on offer any more. */
export async function statusAnswers(
  context: ApiContext,
  statuses: readonly StoredStatus[],
  language: Language,
): Promise<StatusAnswer[]> {
  const [first] = statuses;
  if (first === undefined) return [];
  const active = await findActiveStatus(context.knex, first.periodId);
  const marks = await listExports(
    context.knex,
    statuses.map(({ statusId }) => statusId),
  );
  return statuses.map(({ statusId, dataVersion: _dataVersion, qualify, fail, undecided, ...status }) => ({
    ...status,
    statusText: wordsFor(`status.${status.status}`, language),
    at: status.at.toISOString(),
    plugin: pluginAnswer(context, status.plugin, language),
    settings: status.settings && { ...status.settings },
    counts: { qualify, fail, undecided },
    exported: marks
      .filter((mark) => mark.statusId === statusId)
      .map(({ at, system, note, by }) => ({ at: at.toISOString(), system, note, by })),
    isActive: active?.statusId === statusId,
  }));
}

function pluginAnswer(
  { plugins }: ApiContext,
  plugin: StoredStatus['plugin'],
  language: Language,
): StatusAnswer['plugin'] {
  if (plugin === null) return null;
  const { id, version, title, summary } = plugin;
  const offered = plugins.some((one) => one.id === id);
  return { id, version, title: textIn(title, language), summary: textIn(summary, language), offered };
}

/** The words of a saved list: those of its plugin as it was then, and the assignments' names of then. */
export function statusWords(status: StoredStatus, language: Language): ListWords {
  return listWords(language, status.plugin?.messages ?? decidedElsewhere.messages, status.assignments);
}

export function statusStudent({ position: _position, ...row }: NamedRow, words: ListWords): StatusStudentAnswer {
  return { ...row, reason: reasonInWords(row.reason, words), cells: namedCells(row.cells, words.assignments) };
}
